export { cipherSize, encrypted } from './cipher';
export { mediaItem } from './items';
export type { FileKind, MediaKind, MediaReference } from './reference';
export { measure, Measuring, SourceProblem, type Measured, type MediaSource } from './source';
export { spool, type SpooledFile, type SpoolOptions } from './spool';
export { uploadMedia, type MediaFile, type RandomBytes, type UploadDeps } from './upload';
