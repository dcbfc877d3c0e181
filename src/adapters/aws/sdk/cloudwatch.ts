/** What is used of the CloudWatch client, by name: the bundler leaves the rest out. */
export { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
