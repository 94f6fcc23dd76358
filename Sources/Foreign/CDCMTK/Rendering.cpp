// Pictures for people, by DCMTK's imaging modules.

#include "Guarded.h"

#include "CDCMTKData.h"
#include "ParsedDataset.h"

#include "dcmtk/dcmimage/diregist.h"
#include "dcmtk/dcmimgle/dcmimage.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>

namespace {

OFCondition applyWindow(DicomImage &image, const CDCMTKRendering &rendering) {
    if (!image.isMonochrome()) return EC_Normal;
    bool applied = false;
    switch (rendering.window) {
    case CDCMTK_WINDOW_GIVEN:
        image.setVoiLutFunction(rendering.function == 1 ? EFV_Sigmoid : EFV_Linear);
        applied = image.setWindow(rendering.center, rendering.width) != 0;
        if (!applied) return cdcmtk::failure("the window cannot be applied");
        break;
    case CDCMTK_WINDOW_OF_IMAGE:
        if (image.getWindowCount() > 0) applied = image.setWindow(0UL) != 0;
        if (!applied && image.getVoiLutCount() > 0) applied = image.setVoiLut(0UL) != 0;
        break;
    case CDCMTK_WINDOW_MIN_MAX: break;
    }
    // A picture of one value has no range to spread; it stays as it is.
    if (!applied) image.setMinMaxWindow(0);
    return EC_Normal;
}

/// The size that fits, the shape of the pixels respected; 0 × 0 when nothing is to be scaled.
void scaledSize(const DicomImage &image, const CDCMTKRendering &rendering, unsigned long &width, unsigned long &height) {
    const double columns = double(image.getWidth());
    double rows = double(image.getHeight());
    const double ratio = image.getWidthHeightRatio();
    if (ratio > 0.05 && ratio < 20 && std::fabs(ratio - 1) > 0.001) rows = rows / ratio;
    double scale = 1;
    if (rendering.maximumWidth) scale = std::min(scale, double(rendering.maximumWidth) / columns);
    if (rendering.maximumHeight) scale = std::min(scale, double(rendering.maximumHeight) / rows);
    scale = std::min(scale, 16384 / std::max(columns, rows));
    width = std::max(1UL, static_cast<unsigned long>(std::lround(columns * scale)));
    height = std::max(1UL, static_cast<unsigned long>(std::lround(rows * scale)));
    if (width == image.getWidth() && height == image.getHeight()) width = height = 0;
}

}  // namespace

extern "C" int32_t CDCMTK_render(
    const uint8_t *dataset, size_t count, const CDCMTKRendering *rendering, CDCMTKPicture *picture, char *error,
    size_t errorCapacity) {
    return cdcmtk::guarded(error, errorCapacity, [&]() -> OFCondition {
        DcmDataset parsed;
        OFCondition result = cdcmtk::parse(parsed, dataset, count, EXS_LittleEndianExplicit);
        if (result.bad()) return result;
        std::unique_ptr<DicomImage> image(new DicomImage(&parsed, EXS_LittleEndianExplicit, CIF_MayDetachPixelData));
        if (image->getStatus() != EIS_Normal) return cdcmtk::failure(DicomImage::getString(image->getStatus()));
        unsigned long width = 0, height = 0;
        scaledSize(*image, *rendering, width, height);
        result = applyWindow(*image, *rendering);
        if (result.bad()) return result;
        if (width) {
            std::unique_ptr<DicomImage> scaled(image->createScaledImage(width, height, 4, 0));
            if (!scaled || scaled->getStatus() != EIS_Normal) return cdcmtk::failure("the picture cannot be scaled");
            image = std::move(scaled);
        }
        const uint32_t samples = image->isMonochrome() ? 1 : 3;
        const size_t size = size_t(image->getWidth()) * image->getHeight() * samples;
        uint8_t *pixels = static_cast<uint8_t *>(malloc(size));
        if (!pixels) return EC_MemoryExhausted;
        if (!image->getOutputData(pixels, size, 8, 0, 0)) {
            free(pixels);
            return cdcmtk::failure("the picture cannot be rendered");
        }
        *picture = CDCMTKPicture{pixels, uint32_t(image->getWidth()), uint32_t(image->getHeight()), samples};
        return EC_Normal;
    });
}
