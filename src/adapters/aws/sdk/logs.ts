/** What is used of the CloudWatch Logs client, by name: the bundler leaves the rest out. */
export { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
