// Decoding JPEG-LS.

#include "CharLS.h"
#include "Guarded.h"

#include "CDCMTKData.h"

#include <cstring>
#include <memory>
#include <vector>

namespace {

/// Plane after plane or pixel after pixel, of 1 or 2 bytes → pixel after pixel, of as many bytes as the data set has.
void rearrange(
    const std::vector<uint8_t> &decoded, size_t width, bool isPlanar, uint32_t samples, uint32_t bytes, uint8_t *pixels) {
    const size_t count = decoded.size() / width / samples;
    for (size_t pixel = 0; pixel < count; ++pixel) {
        for (uint32_t sample = 0; sample < samples; ++sample) {
            const size_t from = isPlanar ? sample * count + pixel : pixel * samples + sample;
            uint8_t *to = pixels + (pixel * samples + sample) * bytes;
            memset(to, 0, bytes);
            memcpy(to, decoded.data() + from * width, width);
        }
    }
}

}  // namespace

extern "C" int32_t CDCMTK_jpegls_is_available(void) { return cdcmtk::charLS().isComplete ? 1 : 0; }

extern "C" int32_t CDCMTK_decode_jpegls(
    const uint8_t *codestream, size_t count, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bytes,
    uint8_t *pixels, char *error, size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        const cdcmtk::CharLS &charls = cdcmtk::charLS();
        if (!charls.isComplete) return cdcmtk::failure("libcharls.so.2 is missing: install the package libcharls2");
        const auto destroy = [&](charls_jpegls_decoder *decoder) { charls.destroyDecoder(decoder); };
        const std::unique_ptr<charls_jpegls_decoder, decltype(destroy)> decoder(charls.createDecoder(), destroy);
        if (!decoder) return EC_MemoryExhausted;
        const auto check = [&](charls_jpegls_errc code) { charls.check(code); };
        check(charls.setSource(decoder.get(), codestream, count));
        check(charls.readHeader(decoder.get()));
        charls_frame_info info;
        check(charls.frameInfo(decoder.get(), &info));
        if (info.width != columns || info.height != rows || uint32_t(info.component_count) != samples) {
            return cdcmtk::failure("the JPEG-LS codestream has other dimensions than the data set");
        }
        const size_t width = info.bits_per_sample > 8 ? 2 : 1;
        if (width > bytes) return cdcmtk::failure("the JPEG-LS codestream has more bits than the data set");
        charls_interleave_mode mode;
        check(charls.interleaveMode(decoder.get(), &mode));
        size_t size = 0;
        check(charls.destinationSize(decoder.get(), 0, &size));
        if (size != size_t(columns) * rows * samples * width) {
            return cdcmtk::failure("the JPEG-LS codestream is laid out in an unknown way");
        }
        const bool isPlanar = mode == charls::interleave_mode::none && samples > 1;
        if (width == bytes && !isPlanar) {
            check(charls.decode(decoder.get(), pixels, size, 0));
            return EC_Normal;
        }
        std::vector<uint8_t> decoded(size);
        check(charls.decode(decoder.get(), decoded.data(), size, 0));
        rearrange(decoded, width, isPlanar, samples, bytes, pixels);
        return EC_Normal;
    });
}
