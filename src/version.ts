/** The release, as package.json has it (a test keeps the two equal). Told to AWS in the user agent. */
export const version = '0.1.0';
