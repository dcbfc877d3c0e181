/** A task that has stopped, as ECS tells it. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
export interface TaskDeath {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  /** Epoch milliseconds. */
  readonly stoppedAt: number;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  /** Who started it: `ecs-svc/…` names the deployment. */
  readonly startedBy: string | undefined;
  readonly containers: readonly DeadContainer[];
}

export interface DeadContainer {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  readonly image: string | undefined;
}
