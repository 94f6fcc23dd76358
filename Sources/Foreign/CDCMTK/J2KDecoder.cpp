// Decoding JPEG 2000, HTJ2K included.

#include "Guarded.h"
#include "J2K.h"

#include "CDCMTKData.h"

#include <openjpeg-2.5/openjpeg.h>

#include <cstring>
#include <memory>

namespace cdcmtk {

namespace {

void keepMessage(const char *message, void *context) {
    std::string &text = *static_cast<std::string *>(context);
    if (text.empty()) text = message;
    while (!text.empty() && text.back() == '\n') text.pop_back();
}

void ignoreMessage(const char *, void *) {}

template <typename Sample>
void interleave(const opj_image_t &image, const J2KExpectation &expected, uint8_t *pixels) {
    for (uint32_t sample = 0; sample < expected.samples; ++sample) {
        const opj_image_comp_t &component = image.comps[sample];
        for (uint32_t row = 0; row < expected.rows; ++row) {
            const OPJ_INT32 *from = component.data + size_t(row / component.dy) * component.w;
            uint8_t *to = pixels + (size_t(row) * expected.columns * expected.samples + sample) * sizeof(Sample);
            for (uint32_t column = 0; column < expected.columns; ++column) {
                const Sample value = static_cast<Sample>(from[column / component.dx]);
                memcpy(to, &value, sizeof value);
                to += expected.samples * sizeof(Sample);
            }
        }
    }
}

bool fits(const opj_image_t &image, const J2KExpectation &expected) {
    if (image.x1 - image.x0 != expected.columns || image.y1 - image.y0 != expected.rows) return false;
    return image.numcomps == expected.samples;
}

}  // namespace

std::string decodeJPEG2000(const uint8_t *codestream, size_t count, const J2KExpectation &expected, uint8_t *pixels) {
    static const uint8_t signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
    const bool boxed = count > sizeof signature && memcmp(codestream, signature, sizeof signature) == 0;
    std::unique_ptr<opj_codec_t, void (*)(opj_codec_t *)> codec(
        static_cast<opj_codec_t *>(opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K)), [](opj_codec_t *c) {
            if (c) opj_destroy_codec(c);
        });
    std::string message;
    opj_set_error_handler(codec.get(), keepMessage, &message);
    opj_set_warning_handler(codec.get(), ignoreMessage, nullptr);
    opj_set_info_handler(codec.get(), ignoreMessage, nullptr);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    MemoryStream memory{const_cast<uint8_t *>(codestream), count, 0, 0};
    std::unique_ptr<opj_stream_t, void (*)(opj_stream_t *)> stream(
        static_cast<opj_stream_t *>(openMemoryStream(memory, true)), [](opj_stream_t *s) {
            if (s) opj_stream_destroy(s);
        });
    if (!codec || !stream || !opj_setup_decoder(codec.get(), &parameters)) return "cannot start OpenJPEG";

    opj_image_t *header = nullptr;
    if (!opj_read_header(stream.get(), codec.get(), &header)) {
        return message.empty() ? "the JPEG 2000 header cannot be read" : message;
    }
    std::unique_ptr<opj_image_t, void (*)(opj_image_t *)> image(header, opj_image_destroy);
    if (!fits(*image, expected)) return "the JPEG 2000 codestream has other dimensions than the data set";
    if (!opj_decode(codec.get(), stream.get(), image.get())) {
        return message.empty() ? "the JPEG 2000 codestream is damaged" : message;
    }
    for (uint32_t sample = 0; sample < expected.samples; ++sample) {
        const opj_image_comp_t &component = image->comps[sample];
        const bool covers = component.data && component.dx && component.dy
            && component.w >= (expected.columns - 1) / component.dx + 1
            && component.h >= (expected.rows - 1) / component.dy + 1;
        if (!covers) return "the JPEG 2000 codestream lacks a component";
    }
    switch (expected.bytes) {
    case 1: interleave<uint8_t>(*image, expected, pixels); break;
    case 2: interleave<uint16_t>(*image, expected, pixels); break;
    default: interleave<uint32_t>(*image, expected, pixels); break;
    }
    return "";
}

}  // namespace cdcmtk

extern "C" int32_t CDCMTK_decode_jpeg2000(
    const uint8_t *codestream, size_t count, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bytes,
    uint8_t *pixels, char *error, size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        const cdcmtk::J2KExpectation expected{columns, rows, samples, bytes};
        const std::string fault = cdcmtk::decodeJPEG2000(codestream, count, expected, pixels);
        return fault.empty() ? EC_Normal : cdcmtk::failure(fault.c_str());
    });
}
