// The codecs DCMTK knows, registered once for the whole process.

#include "Guarded.h"

#include "CDCMTKData.h"

#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpeg/djencode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/dcmjpls/djencode.h"

#include <mutex>

extern "C" void CDCMTK_register_codecs(void) {
    static std::once_flag once;
    std::call_once(once, [] {
        // Colour as the photometric interpretation says; UIDs stay: a copy for transport is the same instance.
        DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_never, EPC_colorByPixel);
        DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never);
        DcmRLEDecoderRegistration::registerCodecs();
        DcmRLEEncoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs(EJLSUC_never, EJLSPC_colorByPixel);
        // Raw: the whole pixel cell is coded, so that decoding gives back every byte.
        DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse, 0, OFTrue, EJLSUC_never);
        CDCMTK_register_jpeg2000();
    });
}
