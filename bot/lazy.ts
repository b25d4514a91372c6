/** Something that is made when it is first needed. */
export class Lazy<Part> {
  private part: Part | undefined;

  constructor(private readonly make: () => Part) {}

  get(): Part {
    return (this.part ??= this.make());
  }

  /** The part, if somebody has needed it yet. */
  get ifMade(): Part | undefined {
    return this.part;
  }
}
