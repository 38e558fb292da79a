#!/bin/sh
# Finds a Chromium for the whole-page tests, or installs Debian's; says what to do where it may not.
set -u
if [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ]; then exit 0; fi
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium and Korean fonts ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-core >/dev/null && exit 0
fi
echo "The whole-page tests need a browser. Install Chromium (Debian, Ubuntu: sudo apt install chromium fonts-noto-cjk;" >&2
echo "macOS: brew install --cask chromium), or give the path of one: CHROMIUM=/path/to/chrome make test" >&2
exit 1
