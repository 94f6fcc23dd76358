// One frame through DCMTK's codecs.

#include "Guarded.h"

#include "CDCMTKData.h"
#include "ParsedDataset.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcelem.h"

extern "C" int32_t CDCMTK_decode_frame(
    const uint8_t *dataset, size_t count, const char *transferSyntax, uint8_t *pixels, size_t capacity,
    char *colorModel, char *error, size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        CDCMTK_register_codecs();
        const DcmXfer syntax(transferSyntax);
        if (syntax.getXfer() == EXS_Unknown) return cdcmtk::failure("DCMTK does not know this transfer syntax");
        DcmDataset parsed;
        OFCondition result = cdcmtk::parse(parsed, dataset, count, syntax.getXfer());
        if (result.bad()) return result;
        DcmElement *element = nullptr;
        result = parsed.findAndGetElement(DCM_PixelData, element);
        if (result.bad()) return result;
        Uint32 size = 0;
        result = element->getUncompressedFrameSize(&parsed, size);
        if (result.bad()) return result;
        // DCMTK wants room for the pad byte of an odd frame.
        std::string room(size_t(size) + 2, '\0');
        if (size > capacity + 1) return cdcmtk::failure("the decoded frame is larger than its dimensions say");
        Uint32 fragment = 0;
        OFString model;
        result = element->getUncompressedFrame(&parsed, 0, fragment, &room[0], Uint32(room.size()), model);
        if (result.bad()) return result;
        memcpy(pixels, room.data(), capacity < room.size() ? capacity : room.size());
        snprintf(colorModel, 32, "%s", model.c_str());
        return EC_Normal;
    });
}
