// Decoding HTJ2K by OpenJPH.

#include "Guarded.h"
#include "J2K.h"

#include "CDCMTKData.h"

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_message.h>
#include <openjph/ojph_params.h>

#include <cstdarg>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace {

/// OpenJPH prints what it has to say unless it is told otherwise.
class Silence : public ojph::message_info {
    void operator()(int, const char *, int, const char *, ...) override {}
};
class Unconcern : public ojph::message_warning {
    void operator()(int, const char *, int, const char *, ...) override {}
};
class Refusal : public ojph::message_error {
    void operator()(int, const char *, int, const char *format, ...) override {
        char text[200];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        throw std::runtime_error(text);
    }
};

void configureMessages() {
    static std::once_flag once;
    std::call_once(once, [] {
        static Silence silence;
        static Unconcern unconcern;
        static Refusal refusal;
        ojph::configure_info(&silence);
        ojph::configure_warning(&unconcern);
        ojph::configure_error(&refusal);
    });
}

template <typename Sample>
void place(const ojph::line_buf &line, uint32_t columns, uint32_t samples, uint8_t *to) {
    for (uint32_t column = 0; column < columns; ++column) {
        const Sample value = static_cast<Sample>(line.i32[column]);
        memcpy(to, &value, sizeof value);
        to += samples * sizeof(Sample);
    }
}

/// Whether the picture is laid out as OpenJPH hands it out line by line.
bool fits(const ojph::param_siz &size, const cdcmtk::J2KExpectation &expected) {
    const ojph::point extent = size.get_image_extent(), offset = size.get_image_offset();
    if (extent.x - offset.x != expected.columns || extent.y - offset.y != expected.rows) return false;
    if (size.get_num_components() != expected.samples) return false;
    for (uint32_t sample = 0; sample < expected.samples; ++sample) {
        const ojph::point step = size.get_downsampling(sample);
        if (step.x != 1 || step.y != 1 || size.get_bit_depth(sample) > expected.bytes * 8) return false;
        if (size.get_recon_width(sample) != expected.columns || size.get_recon_height(sample) != expected.rows) {
            return false;
        }
    }
    return true;
}

}  // namespace

extern "C" int32_t CDCMTK_decode_htj2k(
    const uint8_t *codestream, size_t count, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bytes,
    uint8_t *pixels, char *error, size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        configureMessages();
        const cdcmtk::J2KExpectation expected{columns, rows, samples, bytes};
        ojph::mem_infile file;
        file.open(codestream, count);
        ojph::codestream stream;
        stream.read_headers(&file);
        const ojph::param_siz size = stream.access_siz();
        if (!fits(size, expected)) {
            return cdcmtk::failure("the HTJ2K codestream has other dimensions than the data set");
        }
        // Line after line, its components together: a colour transform cannot be undone otherwise.
        stream.set_planar(false);
        stream.create();
        std::vector<uint32_t> filled(samples, 0);
        for (uint64_t line = 0; line < uint64_t(rows) * samples; ++line) {
            ojph::ui32 component = 0;
            const ojph::line_buf *pulled = stream.pull(component);
            if (!pulled || component >= samples || filled[component] >= rows || pulled->size < columns) {
                return cdcmtk::failure("the HTJ2K codestream is damaged");
            }
            uint8_t *to = pixels + (size_t(filled[component]++) * columns * samples + component) * bytes;
            switch (bytes) {
            case 1: place<uint8_t>(*pulled, columns, samples, to); break;
            case 2: place<uint16_t>(*pulled, columns, samples, to); break;
            default: place<uint32_t>(*pulled, columns, samples, to); break;
            }
        }
        stream.close();
        return EC_Normal;
    });
}
