// Doors to DCMTK's data set, codec and imaging modules, to OpenJPEG, OpenJPH, CharLS, libpng, libjpeg, zlib and iconv.
//
// Every function returns 0 on success and otherwise writes one sentence into `error` (always terminated). No C++
// exception leaves them. Buffers given back by a function are the caller's and go to `CDCMTK_free`.
//
// The functions that take a "data set" take one that this program has written itself, one frame long: nothing here
// parses a stranger's bytes, `CDCMTK_transcode_file` and `CDCMTK_read_signatures` excepted, whose caller has checked
// the structure before.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void CDCMTK_free(void *buffer);

// MARK: Codecs.cpp

/// Registers DCMTK's JPEG, JPEG-LS and RLE codecs and ours for JPEG 2000, once: calling it again does nothing. The
/// functions below that need codecs call it themselves.
void CDCMTK_register_codecs(void);

/// Only the decoder for 1.2.840.10008.1.2.4.90 and .91. Calling it again does nothing.
void CDCMTK_register_jpeg2000(void);

// MARK: Dictionary.cpp

/// The VR (two letters and NUL) the dictionary gives a tag: UN where it is unknown; US for US-or-SS, OW for OB-or-OW.
/// `creator` is the private creator in force, or NULL.
void CDCMTK_dictionary_vr(uint16_t group, uint16_t element, const char *creator, char vr[3]);

/// The keyword of a tag (PS3.6), or an empty string.
void CDCMTK_dictionary_keyword(uint16_t group, uint16_t element, char *keyword, size_t capacity);

/// The tag of a keyword. Returns 0 when there is one.
int32_t CDCMTK_dictionary_tag(const char *keyword, uint16_t *group, uint16_t *element);

// MARK: Text.cpp

/// Converts `count` bytes between two of iconv's encodings. Returns 0, or -1 when a byte cannot be converted or `to`
/// is too small; `written` is set in both cases.
int32_t CDCMTK_convert_text(
    const char *toEncoding, const char *fromEncoding, const uint8_t *bytes, size_t count, uint8_t *to, size_t capacity,
    size_t *written);

// MARK: Inflate.cpp

/// Inflates a raw deflate stream (RFC 1951) of at most `limit` bytes. Sets `truncated` where the stream ends early.
/// Returns 0, -1 for a damaged stream, -2 where the limit was reached.
int32_t CDCMTK_inflate(
    const uint8_t *bytes, size_t count, size_t limit, uint8_t **inflated, size_t *inflatedCount, int32_t *truncated,
    char *error, size_t errorCapacity);

/// Inflates the raw deflate stream that stands at `offset` of one file into another, no more than `limit` bytes,
/// a piece at a time. Sets `truncated` where the stream ends early.
/// Returns 0, -1 for a damaged stream, -2 where the limit was reached, -3 where reading or writing failed (errno).
int32_t CDCMTK_inflate_file(
    int32_t source, int64_t offset, int32_t target, int64_t limit, int64_t *inflatedCount, int32_t *truncated,
    char *error, size_t errorCapacity);

/// A file in `folder` that has no name and goes with its descriptor; -1 where that can't be (errno).
int32_t CDCMTK_nameless_file(const char *folder);

/// Deflates to a raw deflate stream.
int32_t CDCMTK_deflate(
    const uint8_t *bytes, size_t count, uint8_t **deflated, size_t *deflatedCount, char *error, size_t errorCapacity);

// MARK: Frames.cpp

/// Decodes the only frame of a data set into `pixels` (`capacity` = rows × columns × samples × bytes a sample, native
/// order, samples interleaved). `colorModel` (at least 32 bytes) receives the photometric interpretation of the result.
int32_t CDCMTK_decode_frame(
    const uint8_t *dataset, size_t count, const char *transferSyntax, uint8_t *pixels, size_t capacity,
    char *colorModel, char *error, size_t errorCapacity);

// MARK: J2KDecoder.cpp

/// Decodes a JPEG 2000 or HTJ2K codestream (bare or in a JP2 file) that must have these dimensions. `bytes` a sample:
/// 1, 2 or 4.
int32_t CDCMTK_decode_jpeg2000(
    const uint8_t *codestream, size_t count, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bytes,
    uint8_t *pixels, char *error, size_t errorCapacity);

// MARK: HTJ2KDecoder.cpp

/// The same by OpenJPH, for bare HTJ2K codestreams whose components all have the picture's size.
int32_t CDCMTK_decode_htj2k(
    const uint8_t *codestream, size_t count, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bytes,
    uint8_t *pixels, char *error, size_t errorCapacity);

// MARK: JPEGLSEncoder.cpp

/// Encodes 8-bit or 16-bit samples, interleaved, native order, without loss. What it returns goes to `CDCMTK_free`.
int32_t CDCMTK_encode_jpegls(
    const uint8_t *pixels, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bits, uint8_t **codestream,
    size_t *count, char *error, size_t errorCapacity);

// MARK: JPEGLSDecoder.cpp

/// Opens CharLS 2 where that has not been done. Returns 1 when it is there.
int32_t CDCMTK_jpegls_is_available(void);

/// Decodes a JPEG-LS codestream that must have these dimensions, 2 to 16 bits a sample.
int32_t CDCMTK_decode_jpegls(
    const uint8_t *codestream, size_t count, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bytes,
    uint8_t *pixels, char *error, size_t errorCapacity);

// MARK: Rendering.cpp

typedef enum {
    CDCMTK_WINDOW_OF_IMAGE = 0,
    CDCMTK_WINDOW_MIN_MAX = 1,
    CDCMTK_WINDOW_GIVEN = 2,
} CDCMTKWindow;

typedef struct {
    CDCMTKWindow window;
    double center;
    double width;
    /// 0 linear, 1 sigmoid.
    int32_t function;
    /// The picture fits into these; 0 leaves a side free. Never enlarged beyond them, never above 16384.
    uint32_t maximumWidth;
    uint32_t maximumHeight;
} CDCMTKRendering;

typedef struct {
    /// Rows without padding, 1 (grey) or 3 (RGB) bytes a pixel.
    uint8_t *pixels;
    uint32_t width;
    uint32_t height;
    uint32_t samples;
} CDCMTKPicture;

/// Renders the only frame of an Explicit VR Little Endian data set to 8 bits a sample.
int32_t CDCMTK_render(
    const uint8_t *dataset, size_t count, const CDCMTKRendering *rendering, CDCMTKPicture *picture, char *error,
    size_t errorCapacity);

// MARK: Pictures.cpp

int32_t CDCMTK_encode_png(
    const CDCMTKPicture *picture, uint8_t **png, size_t *count, char *error, size_t errorCapacity);

int32_t CDCMTK_encode_jpeg(
    const CDCMTKPicture *picture, int32_t quality, uint8_t **jpeg, size_t *count, char *error, size_t errorCapacity);

// MARK: J2KEncoder.cpp

/// A JPEG 2000 codestream of native pixels, samples interleaved. `ratio` 0 is lossless, otherwise the compression ratio.
int32_t CDCMTK_encode_jpeg2000(
    const uint8_t *pixels, uint32_t columns, uint32_t rows, uint32_t samples, uint32_t bitsAllocated,
    uint32_t bitsStored, int32_t isSigned, double ratio, uint8_t **codestream, size_t *count, char *error,
    size_t errorCapacity);

// MARK: Transcode.cpp

/// Reads a Part 10 file whose structure has been checked, changes its transfer syntax and writes another. The SOP
/// Instance UID stays, even through a lossy codec. `parameter`: JPEG quality 1…100, JPEG-LS permitted deviation; else 0.
int32_t CDCMTK_transcode_file(
    const char *input, const char *output, const char *transferSyntax, int32_t parameter, char *error,
    size_t errorCapacity);

// MARK: Signatures.cpp

/// One item of a Digital Signatures Sequence (FFFA,FFFA).
typedef struct {
    /// The signed elements are as they were.
    int32_t valid;
    /// No element of the data set stands outside the signature.
    int32_t coversAll;
    /// Why it is not valid.
    char reason[256];
    /// PS3.5 6.2 DT, as the signer's clock had it.
    char dateTime[32];
    char uid[72];
    /// The signer's certificate (DER); the caller's, to `CDCMTK_free`. NULL where there is none.
    uint8_t *certificate;
    size_t certificateCount;
} CDCMTKSignature;

/// Signs every element of a data set of our own (Explicit VR Little Endian) with an RSA key and SHA-256, by the
/// SR RSA profile (PS3.15 C.4) or the Base RSA profile (C.1), and writes it again.
int32_t CDCMTK_sign_data_set(
    const uint8_t *bytes, size_t count, int32_t isStructuredReport, const char *keyFile, const char *certificateFile,
    uint8_t **signedBytes, size_t *signedCount, char *error, size_t errorCapacity);

/// Checks the signatures in a stored file, whose structure was checked before; whose certificates they carry is for
/// the caller to judge. No signature: success, and a count of 0.
int32_t CDCMTK_read_signatures(
    const char *path, CDCMTKSignature *signatures, size_t capacity, size_t *count, char *error,
    size_t errorCapacity);

#ifdef __cplusplus
}
#endif
