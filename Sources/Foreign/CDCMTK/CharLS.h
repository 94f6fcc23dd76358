// JPEG-LS by CharLS 2, between the files of this target.
//
// DCMTK brings a CharLS of its own, version 1, which fails on 7 bits a sample, and whose functions bear names that
// CharLS 2 has as well. So CharLS 2 is opened beside it, with its names kept to itself, and not linked.
#pragma once

#include <charls/charls.h>

#include <stdexcept>

namespace cdcmtk {

struct CharLS {
    decltype(&charls_jpegls_decoder_create) createDecoder;
    decltype(&charls_jpegls_decoder_destroy) destroyDecoder;
    decltype(&charls_jpegls_decoder_set_source_buffer) setSource;
    decltype(&charls_jpegls_decoder_read_header) readHeader;
    decltype(&charls_jpegls_decoder_get_frame_info) frameInfo;
    decltype(&charls_jpegls_decoder_get_interleave_mode) interleaveMode;
    decltype(&charls_jpegls_decoder_get_destination_size) destinationSize;
    decltype(&charls_jpegls_decoder_decode_to_buffer) decode;
    decltype(&charls_jpegls_encoder_create) createEncoder;
    decltype(&charls_jpegls_encoder_destroy) destroyEncoder;
    decltype(&charls_jpegls_encoder_set_frame_info) setFrameInfo;
    decltype(&charls_jpegls_encoder_set_interleave_mode) setInterleaveMode;
    decltype(&charls_jpegls_encoder_get_estimated_destination_size) estimatedSize;
    decltype(&charls_jpegls_encoder_set_destination_buffer) setDestination;
    decltype(&charls_jpegls_encoder_encode_from_buffer) encode;
    decltype(&charls_jpegls_encoder_get_bytes_written) bytesWritten;
    decltype(&charls_get_error_message) message;
    bool isComplete = false;

    void check(charls_jpegls_errc code) const {
        if (code != charls::jpegls_errc::success) throw std::runtime_error(message(code));
    }
};

/// The library, opened at the first call; whoever uses it asks `isComplete`.
const CharLS &charLS();

}  // namespace cdcmtk
