// Encoding JPEG 2000.

#include "Guarded.h"
#include "J2K.h"

#include "CDCMTKData.h"

#include <openjpeg-2.5/openjpeg.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

OPJ_INT32 sampleAt(const uint8_t *pixels, size_t index, uint32_t bits, bool isSigned) {
    if (bits <= 8) return isSigned ? static_cast<int8_t>(pixels[index]) : pixels[index];
    uint16_t value;
    memcpy(&value, pixels + index * 2, 2);
    return isSigned ? static_cast<int16_t>(value) : value;
}

}  // namespace

extern "C" int32_t CDCMTK_encode_jpeg2000(
    const uint8_t *pixels, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bitsAllocated,
    uint32_t bitsStored, int32_t isSigned, double ratio, uint8_t **codestream, size_t *count, char *error,
    size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        if (!columns || !rows || (samples != 1 && samples != 3) || bitsAllocated > 16 || bitsStored > bitsAllocated) {
            return cdcmtk::failure("JPEG 2000 is written for 1 or 3 samples of at most 16 bits");
        }
        opj_cparameters_t parameters;
        opj_set_default_encoder_parameters(&parameters);
        parameters.tcp_numlayers = 1;
        parameters.cp_disto_alloc = 1;
        parameters.tcp_rates[0] = ratio > 0 ? static_cast<float>(ratio) : 0;
        parameters.irreversible = ratio > 0 ? 1 : 0;
        parameters.tcp_mct = samples == 3 ? 1 : 0;
        parameters.numresolution = 1;
        while (parameters.numresolution < 6 && (columns >> parameters.numresolution) > 0
               && (rows >> parameters.numresolution) > 0) {
            parameters.numresolution += 1;
        }
        std::vector<opj_image_cmptparm_t> components(samples);
        for (auto &component : components) {
            memset(&component, 0, sizeof component);
            component.dx = component.dy = 1;
            component.w = columns;
            component.h = rows;
            component.prec = bitsStored;
            component.sgnd = isSigned ? 1 : 0;
        }
        std::unique_ptr<opj_image_t, void (*)(opj_image_t *)> image(
            opj_image_create(samples, components.data(), samples == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY),
            opj_image_destroy);
        if (!image) return EC_MemoryExhausted;
        image->x1 = columns;
        image->y1 = rows;
        for (uint32_t sample = 0; sample < samples; ++sample) {
            for (size_t index = 0; index < size_t(columns) * rows; ++index) {
                image->comps[sample].data[index] =
                    sampleAt(pixels, index * samples + sample, bitsAllocated, isSigned != 0);
            }
        }
        std::unique_ptr<opj_codec_t, void (*)(opj_codec_t *)> codec(
            static_cast<opj_codec_t *>(opj_create_compress(OPJ_CODEC_J2K)), opj_destroy_codec);
        cdcmtk::MemoryStream memory;
        std::unique_ptr<opj_stream_t, void (*)(opj_stream_t *)> stream(
            static_cast<opj_stream_t *>(cdcmtk::openMemoryStream(memory, false)), opj_stream_destroy);
        const bool written = opj_setup_encoder(codec.get(), &parameters, image.get())
            && opj_start_compress(codec.get(), image.get(), stream.get())
            && opj_encode(codec.get(), stream.get()) && opj_end_compress(codec.get(), stream.get());
        stream.reset();
        if (!written) {
            free(memory.bytes);
            return cdcmtk::failure("OpenJPEG could not encode the frame");
        }
        *codestream = memory.bytes;
        *count = memory.count;
        return EC_Normal;
    });
}
