export { cipherSize, encrypted } from './cipher';
export { mediaItem, type MediaKind, type UploadedMedia } from './items';
export { measure, Measuring, SourceProblem, type Measured, type MediaSource } from './source';
export { spool, type SpooledFile, type SpoolOptions } from './spool';
export { uploadMedia, type MediaFile, type RandomBytes, type UploadDeps } from './upload';
