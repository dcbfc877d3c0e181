declare module '@vercel/ncc' {
  interface Bundle {
    readonly code: string;
    readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
  }

  /** The part of ncc's interface that is used; it brings no types. https://github.com/vercel/ncc#programmatically-from-nodejs */
  export default function ncc(
    input: string,
    options: {
      readonly esm: boolean;
      readonly minify: boolean;
      readonly quiet: boolean;
      readonly target: string;
      readonly filterAssetBase: string;
    },
  ): Promise<Bundle>;
}
