/** What can build on this machine. */
export type BuilderFacts =
  | {
      readonly kind: 'buildx';
      /** Of buildx, for example "0.13.1". */
      readonly version: string;
      /** `docker`, `docker-container`, `kubernetes`, `remote`. */
      readonly driver: string;
      /** Whether images are kept by containerd; without it the driver `docker` can do less. */
      readonly containerdStore: boolean;
    }
  | {
      readonly kind: 'legacy';
      /** Of the engine, for example "20.10.24". */
      readonly version: string;
    };
