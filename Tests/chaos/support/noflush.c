// A disk whose flushes do nothing, preloaded: what the power-cut test must be able to see.

int fsync(int descriptor) { return descriptor < 0 ? -1 : 0; }
int fdatasync(int descriptor) { return descriptor < 0 ? -1 : 0; }
int syncfs(int descriptor) { return descriptor < 0 ? -1 : 0; }
void sync(void) {}
