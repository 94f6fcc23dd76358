// PNG and JPEG files of rendered pictures.

#include "Guarded.h"

#include "CDCMTKData.h"

#include <jpeglib.h>
#include <png.h>

#include <csetjmp>
#include <cstdlib>
#include <cstring>

namespace {

struct JPEGFailure {
    jpeg_error_mgr manager;
    jmp_buf escape;
    char message[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
    JPEGFailure *failure = reinterpret_cast<JPEGFailure *>(info->err);
    info->err->format_message(info, failure->message);
    longjmp(failure->escape, 1);
}

void keepSilent(j_common_ptr) {}

}  // namespace

extern "C" int32_t CDCMTK_encode_png(
    const CDCMTKPicture *picture, uint8_t **png, size_t *count, char *error, size_t errorCapacity) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = picture->width;
    image.height = picture->height;
    image.format = picture->samples == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    image.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *bytes = static_cast<uint8_t *>(malloc(size));
    if (!bytes) {
        cdcmtk::say(error, errorCapacity, "out of memory");
        return -1;
    }
    if (!png_image_write_to_memory(&image, bytes, &size, 0, picture->pixels, 0, nullptr)) {
        free(bytes);
        cdcmtk::say(error, errorCapacity, image.message);
        png_image_free(&image);
        return -1;
    }
    uint8_t *shrunk = static_cast<uint8_t *>(realloc(bytes, size ? size : 1));
    *png = shrunk ? shrunk : bytes;
    *count = size;
    return 0;
}

extern "C" int32_t CDCMTK_encode_jpeg(
    const CDCMTKPicture *picture, int32_t quality, uint8_t **jpeg, size_t *count, char *error, size_t errorCapacity) {
    jpeg_compress_struct info;
    JPEGFailure failure;
    unsigned char *bytes = nullptr;
    unsigned long size = 0;
    info.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = leave;
    failure.manager.output_message = keepSilent;
    if (setjmp(failure.escape)) {
        jpeg_destroy_compress(&info);
        free(bytes);
        cdcmtk::say(error, errorCapacity, failure.message);
        return -1;
    }
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = picture->width;
    info.image_height = picture->height;
    info.input_components = static_cast<int>(picture->samples);
    info.in_color_space = picture->samples == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    const size_t stride = size_t(picture->width) * picture->samples;
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = const_cast<JSAMPROW>(picture->pixels + stride * info.next_scanline);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    *jpeg = bytes;
    *count = size;
    return 0;
}
