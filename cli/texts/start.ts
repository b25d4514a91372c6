/** What is said before anything else is loaded: an old Node could not load it. */
export const START = {
  oldNode: (version: string, oldest: number) =>
    [
      `This command needs Node ${oldest} or newer, and this is Node ${version}.`,
      'The Node that n8n runs on is new enough: use that one. In Docker: docker exec -it <container> …',
    ].join('\n'),
  unexpected: (name: string) => `Something unexpected went wrong (${name}).`,
};
