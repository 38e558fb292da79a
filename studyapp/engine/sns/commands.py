"""The actions of SNS by name, and what SNS does when something has happened."""

from studyapp.engine.calls import Actions, React, action
from studyapp.engine.sns import confirming, deliveries, endpoints, publishing, subscribing, topics

ACTIONS: Actions = {
    "sns.CreateTopic": action(topics.create_topic),
    "sns.DeleteTopic": action(topics.delete_topic),
    "sns.ListTopics": action(topics.list_topics),
    "sns.SetTopicAttributes": action(topics.set_topic_attributes),
    "sns.GetTopicAttributes": action(topics.get_topic_attributes),
    "sns.Subscribe": action(subscribing.subscribe),
    "sns.ConfirmSubscription": action(confirming.confirm_subscription),
    "sns.Unsubscribe": action(subscribing.unsubscribe),
    "sns.ListSubscriptions": action(subscribing.list_subscriptions),
    "sns.ListSubscriptionsByTopic": action(subscribing.list_subscriptions_by_topic),
    "sns.SetSubscriptionAttributes": action(subscribing.set_subscription_attributes),
    "sns.GetSubscriptionAttributes": action(subscribing.get_subscription_attributes),
    "sns.Publish": action(publishing.publish),
    "sns.PublishBatch": action(publishing.publish_batch),
    "sim.AddEndpoint": action(endpoints.add_endpoint),
    "sim.RemoveEndpoint": action(endpoints.remove_endpoint),
    "sim.TakeEndpointDown": action(endpoints.take_endpoint_down),
    "sim.BringEndpointUp": action(endpoints.bring_endpoint_up),
}

REACT: React = deliveries.REACT
