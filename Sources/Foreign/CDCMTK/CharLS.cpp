// Opening CharLS 2.

#include "CharLS.h"

#include <dlfcn.h>

#include <type_traits>

namespace cdcmtk {

namespace {

CharLS open() {
    CharLS library;
    void *handle = dlopen("libcharls.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return library;
    bool complete = true;
    const auto find = [&](auto &function, const char *name) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
        complete = complete && function;
    };
    find(library.createDecoder, "charls_jpegls_decoder_create");
    find(library.destroyDecoder, "charls_jpegls_decoder_destroy");
    find(library.setSource, "charls_jpegls_decoder_set_source_buffer");
    find(library.readHeader, "charls_jpegls_decoder_read_header");
    find(library.frameInfo, "charls_jpegls_decoder_get_frame_info");
    find(library.interleaveMode, "charls_jpegls_decoder_get_interleave_mode");
    find(library.destinationSize, "charls_jpegls_decoder_get_destination_size");
    find(library.decode, "charls_jpegls_decoder_decode_to_buffer");
    find(library.createEncoder, "charls_jpegls_encoder_create");
    find(library.destroyEncoder, "charls_jpegls_encoder_destroy");
    find(library.setFrameInfo, "charls_jpegls_encoder_set_frame_info");
    find(library.setInterleaveMode, "charls_jpegls_encoder_set_interleave_mode");
    find(library.estimatedSize, "charls_jpegls_encoder_get_estimated_destination_size");
    find(library.setDestination, "charls_jpegls_encoder_set_destination_buffer");
    find(library.encode, "charls_jpegls_encoder_encode_from_buffer");
    find(library.bytesWritten, "charls_jpegls_encoder_get_bytes_written");
    find(library.message, "charls_get_error_message");
    library.isComplete = complete;
    return library;
}

}  // namespace

const CharLS &charLS() {
    static const CharLS opened = open();
    return opened;
}

}  // namespace cdcmtk
