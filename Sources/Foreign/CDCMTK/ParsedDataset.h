// A data set of our own making, read from memory.
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcdatset.h"
#include "dcmtk/dcmdata/dcistrmb.h"

#include <cstdint>
#include <cstring>

namespace cdcmtk {

inline OFCondition parse(DcmDataset &dataset, const uint8_t *bytes, size_t count, E_TransferSyntax syntax) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes, count);
    stream.setEos();
    dataset.transferInit();
    OFCondition result = dataset.read(stream, syntax);
    dataset.transferEnd();
    if (result == EC_EndOfStream) result = EC_Normal;
    if (result.good()) result = dataset.loadAllDataIntoMemory();
    return result;
}

}  // namespace cdcmtk
