/** What is used of the CloudWatch client, by name: the bundler leaves the rest out. */
export { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
