// A file in another transfer syntax.

#include "Guarded.h"

#include "CDCMTKData.h"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcrlerp.h"
#include "dcmtk/dcmjpeg/djrploss.h"
#include "dcmtk/dcmjpeg/djrplol.h"
#include "dcmtk/dcmjpls/djrparam.h"

#include <memory>

namespace {

std::unique_ptr<DcmRepresentationParameter> representation(E_TransferSyntax syntax, int32_t parameter) {
    using Made = std::unique_ptr<DcmRepresentationParameter>;
    switch (syntax) {
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4: return Made(new DJ_RPLossy(parameter > 0 ? parameter : 90));
    case EXS_JPEGProcess14: return Made(new DJ_RPLossless(6, 0));
    case EXS_JPEGProcess14SV1: return Made(new DJ_RPLossless(1, 0));
    case EXS_JPEGLSLossless: return Made(new DJLSRepresentationParameter(0, OFTrue));
    case EXS_JPEGLSLossy: return Made(new DJLSRepresentationParameter(Uint16(parameter), OFFalse));
    case EXS_RLELossless: return Made(new DcmRLERepresentationParameter());
    default: return Made();
    }
}

/// DCMTK's JPEG-LS encoder leaves the pad byte of an odd codestream as it found it in memory.
OFCondition clearPadding(DcmDataset &dataset) {
    DcmElement *element = nullptr;
    if (dataset.findAndGetElement(DCM_PixelData, element).bad()) return EC_Normal;
    DcmPixelData *pixels = OFdynamic_cast(DcmPixelData *, element);
    DcmPixelSequence *sequence = nullptr;
    E_TransferSyntax current = EXS_Unknown;
    const DcmRepresentationParameter *parameter = nullptr;
    if (!pixels) return EC_Normal;
    pixels->getCurrentRepresentationKey(current, parameter);
    if (pixels->getEncapsulatedRepresentation(current, parameter, sequence).bad() || !sequence) return EC_Normal;
    for (unsigned long index = 1; index < sequence->card(); ++index) {
        DcmPixelItem *item = nullptr;
        Uint8 *bytes = nullptr;
        OFCondition result = sequence->getItem(item, index);
        if (result.good()) result = item->getUint8Array(bytes);
        if (result.bad()) return result;
        const Uint32 length = item->getLength();
        if (bytes && length > 3 && bytes[length - 3] == 0xFF && bytes[length - 2] == 0xD9) bytes[length - 1] = 0;
    }
    return EC_Normal;
}

}  // namespace

extern "C" int32_t CDCMTK_transcode_file(
    const char *input, const char *output, const char *transferSyntax, int32_t parameter, char *error,
    size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        CDCMTK_register_codecs();
        const E_TransferSyntax wanted = DcmXfer(transferSyntax).getXfer();
        if (wanted == EXS_Unknown) return cdcmtk::failure("DCMTK does not know this transfer syntax");
        DcmFileFormat file;
        OFCondition result = file.loadFile(input, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_fileOnly);
        if (result.bad()) return result;
        DcmDataset &dataset = *file.getDataset();
        const std::unique_ptr<DcmRepresentationParameter> parameters = representation(wanted, parameter);
        result = dataset.chooseRepresentation(wanted, parameters.get());
        if (result.bad()) return result;
        if (!dataset.canWriteXfer(wanted)) return cdcmtk::failure("there is no codec between these transfer syntaxes");
        result = file.loadAllDataIntoMemory();
        if (result.good()) result = clearPadding(dataset);
        if (result.bad()) return result;
        return file.saveFile(
            output, wanted, EET_ExplicitLength, EGL_recalcGL, EPD_withoutPadding, 0, 0, EWM_updateMeta);
    });
}
