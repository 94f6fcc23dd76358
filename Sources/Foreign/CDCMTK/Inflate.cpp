// Raw deflate streams (PS3.5 A.5), bounded.

#include "CDCMTKData.h"
#include "Guarded.h"

#include <zlib.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

extern "C" void CDCMTK_free(void *buffer) { free(buffer); }

namespace {

bool writeAll(int descriptor, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        const ssize_t written = write(descriptor, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        count -= static_cast<size_t>(written);
    }
    return true;
}

/// A growing buffer of malloc's, so that C callers can free it.
struct Output {
    uint8_t *bytes = nullptr;
    size_t count = 0, capacity = 0;

    bool append(const uint8_t *more, size_t moreCount) {
        // Nothing of nothing: memcpy takes no null pointer.
        if (moreCount == 0) return true;
        if (count + moreCount > capacity) {
            size_t wanted = capacity ? capacity * 2 : 65536;
            while (wanted < count + moreCount) wanted *= 2;
            uint8_t *grown = static_cast<uint8_t *>(realloc(bytes, wanted));
            if (!grown) return false;
            bytes = grown;
            capacity = wanted;
        }
        memcpy(bytes + count, more, moreCount);
        count += moreCount;
        return true;
    }
};

}  // namespace

extern "C" int32_t CDCMTK_inflate(
    const uint8_t *bytes, size_t count, size_t limit, uint8_t **inflated, size_t *inflatedCount, int32_t *truncated,
    char *error, size_t errorCapacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    *inflated = nullptr;
    *inflatedCount = 0;
    *truncated = 0;
    if (count > 0xFFFFFFFFu || inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        cdcmtk::say(error, errorCapacity, "cannot start to inflate");
        return -1;
    }
    stream.next_in = const_cast<uint8_t *>(bytes);
    stream.avail_in = static_cast<uInt>(count);
    Output output;
    uint8_t chunk[65536];
    int32_t result = 0;
    for (;;) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        const int status = inflate(&stream, Z_NO_FLUSH);
        const size_t produced = sizeof chunk - stream.avail_out;
        if (output.count + produced > limit) {
            cdcmtk::say(error, errorCapacity, "the inflated data set exceeds the limit");
            result = -2;
            break;
        }
        if (!output.append(chunk, produced)) {
            cdcmtk::say(error, errorCapacity, "out of memory");
            result = -1;
            break;
        }
        if (status == Z_STREAM_END) break;
        if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && produced == 0)) {
            *truncated = 1;
            break;
        }
        if (status != Z_OK) {
            cdcmtk::say(error, errorCapacity, stream.msg ? stream.msg : "damaged deflate stream");
            result = -1;
            break;
        }
    }
    inflateEnd(&stream);
    if (result) {
        free(output.bytes);
        return result;
    }
    *inflated = output.bytes;
    *inflatedCount = output.count;
    return 0;
}

extern "C" int32_t CDCMTK_inflate_file(
    int32_t source, int64_t offset, int32_t target, int64_t limit, int64_t *inflatedCount, int32_t *truncated,
    char *error, size_t errorCapacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    *inflatedCount = 0;
    *truncated = 0;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        cdcmtk::say(error, errorCapacity, "cannot start to inflate");
        return -1;
    }
    uint8_t input[32768], chunk[32768];
    int32_t result = 0;
    bool atEnd = false;
    for (;;) {
        if (stream.avail_in == 0) {
            ssize_t got;
            do {
                got = pread(source, input, sizeof input, static_cast<off_t>(offset));
            } while (got < 0 && errno == EINTR);
            if (got < 0) {
                cdcmtk::say(error, errorCapacity, "the file cannot be read");
                result = -3;
                break;
            }
            offset += got;
            atEnd = got == 0;
            stream.next_in = input;
            stream.avail_in = static_cast<uInt>(got);
        }
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        const int status = inflate(&stream, Z_NO_FLUSH);
        const size_t produced = sizeof chunk - stream.avail_out;
        if (*inflatedCount + static_cast<int64_t>(produced) > limit) {
            cdcmtk::say(error, errorCapacity, "the inflated data set exceeds the limit");
            result = -2;
            break;
        }
        if (!writeAll(target, chunk, produced)) {
            cdcmtk::say(error, errorCapacity, "the inflated data set cannot be written");
            result = -3;
            break;
        }
        *inflatedCount += static_cast<int64_t>(produced);
        if (status == Z_STREAM_END) break;
        if (status == Z_BUF_ERROR || status == Z_OK) {
            if (!atEnd || produced > 0) continue;
            *truncated = 1;
            break;
        }
        {
            cdcmtk::say(error, errorCapacity, stream.msg ? stream.msg : "damaged deflate stream");
            result = -1;
            break;
        }
    }
    inflateEnd(&stream);
    return result;
}

extern "C" int32_t CDCMTK_nameless_file(const char *folder) {
    const int made = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    // Not every file system has files without names (NFS, SMB).
    if (made >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return made;
    std::string name(folder);
    name += "/.jieli-inflated-XXXXXX";
    const int named = mkostemp(&name[0], O_CLOEXEC);
    if (named >= 0) unlink(name.c_str());
    return named;
}

extern "C" int32_t CDCMTK_deflate(
    const uint8_t *bytes, size_t count, uint8_t **deflated, size_t *deflatedCount, char *error, size_t errorCapacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (count > 0xFFFFFFFFu || deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        cdcmtk::say(error, errorCapacity, "cannot start to deflate");
        return -1;
    }
    const size_t capacity = deflateBound(&stream, count);
    uint8_t *output = static_cast<uint8_t *>(malloc(capacity));
    if (!output) {
        deflateEnd(&stream);
        cdcmtk::say(error, errorCapacity, "out of memory");
        return -1;
    }
    stream.next_in = const_cast<uint8_t *>(bytes);
    stream.avail_in = static_cast<uInt>(count);
    stream.next_out = output;
    stream.avail_out = static_cast<uInt>(capacity);
    const int status = deflate(&stream, Z_FINISH);
    const size_t produced = capacity - stream.avail_out;
    deflateEnd(&stream);
    if (status != Z_STREAM_END) {
        free(output);
        cdcmtk::say(error, errorCapacity, "the deflate stream did not end");
        return -1;
    }
    *deflated = output;
    *deflatedCount = produced;
    return 0;
}
