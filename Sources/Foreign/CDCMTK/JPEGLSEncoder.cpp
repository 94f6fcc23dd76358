// Encoding JPEG-LS without loss.

#include "CharLS.h"
#include "Guarded.h"

#include "CDCMTKData.h"

#include <cstdlib>
#include <memory>

extern "C" int32_t CDCMTK_encode_jpegls(
    const uint8_t *pixels, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bits, uint8_t **codestream,
    size_t *count, char *error, size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        const cdcmtk::CharLS &charls = cdcmtk::charLS();
        if (!charls.isComplete) return cdcmtk::failure("libcharls.so.2 is missing: install the package libcharls2");
        const auto destroy = [&](charls_jpegls_encoder *encoder) { charls.destroyEncoder(encoder); };
        const std::unique_ptr<charls_jpegls_encoder, decltype(destroy)> encoder(charls.createEncoder(), destroy);
        if (!encoder) return EC_MemoryExhausted;
        const charls_frame_info info{columns, rows, int32_t(bits), int32_t(samples)};
        charls.check(charls.setFrameInfo(encoder.get(), &info));
        if (samples > 1) charls.check(charls.setInterleaveMode(encoder.get(), charls::interleave_mode::sample));
        size_t capacity = 0;
        charls.check(charls.estimatedSize(encoder.get(), &capacity));
        // Noise grows: a sample may take more than its own bits.
        capacity += capacity / 2 + 4096;
        std::unique_ptr<uint8_t, decltype(&free)> buffer(static_cast<uint8_t *>(malloc(capacity)), &free);
        if (!buffer) return EC_MemoryExhausted;
        charls.check(charls.setDestination(encoder.get(), buffer.get(), capacity));
        const size_t size = size_t(columns) * rows * samples * ((bits + 7) / 8);
        charls.check(charls.encode(encoder.get(), pixels, size, 0));
        charls.check(charls.bytesWritten(encoder.get(), count));
        *codestream = buffer.release();
        return EC_Normal;
    });
}
