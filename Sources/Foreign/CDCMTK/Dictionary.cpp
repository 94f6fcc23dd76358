// The data dictionary: VR, keyword and tag.

#include "Guarded.h"

#include "CDCMTKData.h"

#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcdicent.h"
#include "dcmtk/dcmdata/dctag.h"

#include <cstring>

extern "C" void CDCMTK_dictionary_vr(uint16_t group, uint16_t element, const char *creator, char vr[3]) {
    memcpy(vr, "UN", 3);
    try {
        const DcmTagKey key(group, element);
        const DcmDataDictionary &dictionary = dcmDataDict.rdlock();
        const DcmDictEntry *entry = dictionary.findEntry(key, creator);
        DcmEVR found = EVR_UN;
        if (entry) found = entry->getEVR();
        dcmDataDict.rdunlock();
        switch (found) {
        case EVR_xs: found = EVR_US; break;
        case EVR_lt: found = EVR_OW; break;
        case EVR_ox: case EVR_px: found = EVR_OW; break;
        case EVR_up: found = EVR_UL; break;
        case EVR_na: case EVR_UNKNOWN: case EVR_UNKNOWN2B: found = EVR_UN; break;
        default: break;
        }
        const char *name = DcmVR(found).getValidVRName();
        if (name && strlen(name) == 2) memcpy(vr, name, 3);
    } catch (...) {
        memcpy(vr, "UN", 3);
    }
}

extern "C" void CDCMTK_dictionary_keyword(uint16_t group, uint16_t element, char *keyword, size_t capacity) {
    if (!capacity) return;
    keyword[0] = 0;
    try {
        const DcmDataDictionary &dictionary = dcmDataDict.rdlock();
        const DcmDictEntry *entry = dictionary.findEntry(DcmTagKey(group, element), nullptr);
        if (entry) snprintf(keyword, capacity, "%s", entry->getTagName());
        dcmDataDict.rdunlock();
    } catch (...) {
        keyword[0] = 0;
    }
}

extern "C" int32_t CDCMTK_dictionary_tag(const char *keyword, uint16_t *group, uint16_t *element) {
    int32_t result = -1;
    try {
        const DcmDataDictionary &dictionary = dcmDataDict.rdlock();
        const DcmDictEntry *entry = dictionary.findEntry(keyword);
        if (entry) {
            *group = entry->getGroup();
            *element = entry->getElement();
            result = 0;
        }
        dcmDataDict.rdunlock();
    } catch (...) {
        result = -1;
    }
    return result;
}
