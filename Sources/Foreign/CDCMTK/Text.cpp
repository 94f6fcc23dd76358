// Text conversion by the C library's iconv.

#include "CDCMTKData.h"

#include <iconv.h>

#include <cerrno>
#include <string>

namespace {

/// The last converter of a thread: the texts of one data set share their encoding, and opening one costs microseconds.
struct Converter {
    std::string name;
    iconv_t handle = (iconv_t)-1;

    iconv_t open(const char *to, const char *from) {
        std::string wanted = std::string(to) + '\n' + from;
        if (handle != (iconv_t)-1) {
            if (wanted == name) {
                iconv(handle, nullptr, nullptr, nullptr, nullptr);
                return handle;
            }
            iconv_close(handle);
        }
        handle = iconv_open(to, from);
        name = wanted;
        return handle;
    }

    ~Converter() {
        if (handle != (iconv_t)-1) iconv_close(handle);
    }
};

thread_local Converter converter;

}  // namespace

extern "C" int32_t CDCMTK_convert_text(
    const char *toEncoding, const char *fromEncoding, const uint8_t *bytes, size_t count, uint8_t *to, size_t capacity,
    size_t *written) {
    *written = 0;
    try {
        iconv_t handle = converter.open(toEncoding, fromEncoding);
        if (handle == (iconv_t)-1) return -1;
        char *input = reinterpret_cast<char *>(const_cast<uint8_t *>(bytes));
        char *output = reinterpret_cast<char *>(to);
        size_t inputLeft = count, outputLeft = capacity;
        const size_t result = iconv(handle, &input, &inputLeft, &output, &outputLeft);
        *written = capacity - outputLeft;
        return result == (size_t)-1 || inputLeft ? -1 : 0;
    } catch (...) {
        return -1;
    }
}
