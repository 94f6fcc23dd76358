// DCMTK's codec interface for JPEG 2000, which Debian's DCMTK lacks (decoding only).

#include "Guarded.h"
#include "J2K.h"

#include "CDCMTKData.h"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcdatset.h"
#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcstack.h"
#include "dcmtk/dcmdata/dcvrpobw.h"

#include <mutex>
#include <vector>

namespace {

class J2KParameter : public DcmCodecParameter {
public:
    DcmCodecParameter *clone() const override { return new J2KParameter(*this); }
    const char *className() const override { return "CDCMTKJ2KParameter"; }
};

struct Layout {
    cdcmtk::J2KExpectation expected;
    Sint32 frames;
    OFString photometric;

    size_t frameSize() const { return size_t(expected.columns) * expected.rows * expected.samples * expected.bytes; }
};

OFCondition readLayout(DcmItem &dataset, Layout &layout) {
    Uint16 columns = 0, rows = 0, samples = 1, bits = 0;
    Sint32 frames = 1;
    if (dataset.findAndGetUint16(DCM_Columns, columns).bad() || dataset.findAndGetUint16(DCM_Rows, rows).bad()
        || dataset.findAndGetUint16(DCM_BitsAllocated, bits).bad() || !columns || !rows) {
        return cdcmtk::failure("the image has no dimensions");
    }
    dataset.findAndGetUint16(DCM_SamplesPerPixel, samples);
    if (dataset.findAndGetSint32(DCM_NumberOfFrames, frames).bad() || frames < 1) frames = 1;
    dataset.findAndGetOFString(DCM_PhotometricInterpretation, layout.photometric);
    if (bits != 8 && bits != 16 && bits != 32) return cdcmtk::failure("bits allocated must be 8, 16 or 32");
    layout.expected = cdcmtk::J2KExpectation{columns, rows, samples, Uint32(bits / 8)};
    layout.frames = frames;
    return EC_Normal;
}

/// The codestream's multiple component transformation has been undone.
OFString decodedModel(const OFString &photometric) {
    return photometric == "YBR_RCT" || photometric == "YBR_ICT" ? OFString("RGB") : photometric;
}

class J2KCodec : public DcmCodec {
public:
    explicit J2KCodec(E_TransferSyntax syntax) : syntax(syntax) {}

    OFBool canChangeCoding(const E_TransferSyntax from, const E_TransferSyntax to) const override {
        return from == syntax && !DcmXfer(to).isEncapsulated();
    }

    OFCondition decodeFrame(
        const DcmRepresentationParameter *, DcmPixelSequence *sequence, const DcmCodecParameter *, DcmItem *dataset,
        Uint32 frame, Uint32 &startFragment, void *buffer, Uint32 capacity, OFString &model) const override {
        Layout layout;
        OFCondition result = readLayout(*dataset, layout);
        if (result.bad()) return result;
        if (capacity < layout.frameSize()) return EC_IllegalCall;
        Uint32 first = startFragment, end = 0;
        if (first == 0) {
            result = determineStartFragment(frame, layout.frames, sequence, first);
            if (result.bad()) return result;
        }
        if (Sint32(frame) + 1 < layout.frames) {
            result = determineStartFragment(frame + 1, layout.frames, sequence, end);
            if (result.bad()) return result;
        } else {
            end = Uint32(sequence->card());
        }
        std::vector<uint8_t> codestream;
        for (Uint32 fragment = first; fragment < end; ++fragment) {
            DcmPixelItem *item = nullptr;
            Uint8 *bytes = nullptr;
            result = sequence->getItem(item, fragment);
            if (result.good()) result = item->getUint8Array(bytes);
            if (result.bad()) return result;
            if (bytes) codestream.insert(codestream.end(), bytes, bytes + item->getLength());
        }
        const std::string fault = cdcmtk::decodeJPEG2000(
            codestream.data(), codestream.size(), layout.expected, static_cast<uint8_t *>(buffer));
        if (!fault.empty()) return cdcmtk::failure(fault.c_str());
        startFragment = end;
        model = decodedModel(layout.photometric);
        return EC_Normal;
    }

    OFCondition decode(
        const DcmRepresentationParameter *, DcmPixelSequence *sequence, DcmPolymorphOBOW &pixels,
        const DcmCodecParameter *parameter, const DcmStack &stack, OFBool &removeOldRep) const override {
        DcmObject *owner = stack.card() > 1 ? stack.elem(1) : nullptr;
        if (!owner || (owner->ident() != EVR_dataset && owner->ident() != EVR_item)) return EC_InvalidTag;
        DcmItem *dataset = static_cast<DcmItem *>(owner);
        Layout layout;
        OFCondition result = readLayout(*dataset, layout);
        if (result.bad()) return result;
        const size_t total = layout.frameSize() * layout.frames;
        if (total > 0xFFFFFFFEu) return cdcmtk::failure("the decoded image exceeds 4 GB");
        const size_t padded = total + (total & 1);
        Uint16 *words = nullptr;
        result = pixels.createUint16Array(Uint32(padded / 2), words);
        if (result.bad()) return result;
        Uint8 *bytes = reinterpret_cast<Uint8 *>(words);
        if (padded > total) bytes[total] = 0;
        OFString model;
        Uint32 start = 1;
        for (Sint32 frame = 0; frame < layout.frames; ++frame) {
            result = decodeFrame(
                nullptr, sequence, parameter, dataset, frame, start, bytes + layout.frameSize() * frame,
                Uint32(layout.frameSize()), model);
            if (result.bad()) return result;
        }
        dataset->putAndInsertString(DCM_PhotometricInterpretation, model.c_str());
        if (layout.expected.samples > 1) dataset->putAndInsertUint16(DCM_PlanarConfiguration, 0);
        removeOldRep = OFTrue;
        return EC_Normal;
    }

    OFCondition encode(
        const Uint16 *, const Uint32, const DcmRepresentationParameter *, DcmPixelSequence *&,
        const DcmCodecParameter *, DcmStack &, OFBool &) const override {
        return EC_IllegalCall;
    }

    OFCondition encode(
        const E_TransferSyntax, const DcmRepresentationParameter *, DcmPixelSequence *,
        const DcmRepresentationParameter *, DcmPixelSequence *&, const DcmCodecParameter *, DcmStack &,
        OFBool &) const override {
        return EC_IllegalCall;
    }

    OFCondition determineDecompressedColorModel(
        const DcmRepresentationParameter *, DcmPixelSequence *, const DcmCodecParameter *, DcmItem *dataset,
        OFString &model) const override {
        OFString photometric;
        const OFCondition result = dataset->findAndGetOFString(DCM_PhotometricInterpretation, photometric);
        model = decodedModel(photometric);
        return result;
    }

private:
    const E_TransferSyntax syntax;
};

}  // namespace

extern "C" void CDCMTK_register_jpeg2000(void) {
    static std::once_flag once;
    std::call_once(once, [] {
        // DCMTK keeps the addresses for as long as the process lives.
        static const J2KParameter parameter;
        static const J2KCodec lossless(EXS_JPEG2000LosslessOnly), lossy(EXS_JPEG2000);
        DcmCodecList::registerCodec(&lossless, nullptr, &parameter);
        DcmCodecList::registerCodec(&lossy, nullptr, &parameter);
    });
}
