// JPEG 2000 by OpenJPEG, between the files of this target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace cdcmtk {

/// A stretch of memory that OpenJPEG reads or writes as a stream.
struct MemoryStream {
    uint8_t *bytes = nullptr;
    size_t count = 0;
    size_t position = 0;
    size_t capacity = 0;
};

/// What the data set promises about the picture; a codestream that says otherwise is not decoded.
struct J2KExpectation {
    uint32_t columns, rows, samples;
    /// A sample: 1, 2 or 4.
    uint32_t bytes;
};

/// Samples interleaved, native order. Returns an empty string or what is wrong.
std::string decodeJPEG2000(const uint8_t *codestream, size_t count, const J2KExpectation &expected, uint8_t *pixels);

/// An `opj_stream_t *` over `memory`, which must outlive it.
void *openMemoryStream(MemoryStream &memory, bool forReading);

}  // namespace cdcmtk
