// OpenJPEG's stream callbacks over memory.

#include "J2K.h"

#include <openjpeg-2.5/openjpeg.h>

#include <cstdlib>
#include <cstring>

namespace cdcmtk {

namespace {

OPJ_SIZE_T readMemory(void *to, OPJ_SIZE_T wanted, void *context) {
    MemoryStream &memory = *static_cast<MemoryStream *>(context);
    const size_t left = memory.count - memory.position;
    if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
    const size_t taken = wanted < left ? wanted : left;
    memcpy(to, memory.bytes + memory.position, taken);
    memory.position += taken;
    return taken;
}

OPJ_SIZE_T writeMemory(void *from, OPJ_SIZE_T given, void *context) {
    MemoryStream &memory = *static_cast<MemoryStream *>(context);
    const size_t end = memory.position + given;
    if (end > memory.capacity) {
        size_t capacity = memory.capacity ? memory.capacity : 65536;
        while (capacity < end) capacity *= 2;
        uint8_t *grown = static_cast<uint8_t *>(realloc(memory.bytes, capacity));
        if (!grown) return static_cast<OPJ_SIZE_T>(-1);
        memory.bytes = grown;
        memory.capacity = capacity;
    }
    memcpy(memory.bytes + memory.position, from, given);
    memory.position = end;
    if (end > memory.count) memory.count = end;
    return given;
}

OPJ_OFF_T skipMemory(OPJ_OFF_T distance, void *context) {
    MemoryStream &memory = *static_cast<MemoryStream *>(context);
    const OPJ_OFF_T target = static_cast<OPJ_OFF_T>(memory.position) + distance;
    if (target < 0 || static_cast<size_t>(target) > memory.count) return -1;
    memory.position = static_cast<size_t>(target);
    return distance;
}

OPJ_BOOL seekMemory(OPJ_OFF_T target, void *context) {
    MemoryStream &memory = *static_cast<MemoryStream *>(context);
    if (target < 0 || static_cast<size_t>(target) > memory.count) return OPJ_FALSE;
    memory.position = static_cast<size_t>(target);
    return OPJ_TRUE;
}

}  // namespace

void *openMemoryStream(MemoryStream &memory, bool forReading) {
    opj_stream_t *stream = opj_stream_default_create(forReading ? OPJ_TRUE : OPJ_FALSE);
    if (!stream) return nullptr;
    opj_stream_set_user_data(stream, &memory, nullptr);
    opj_stream_set_user_data_length(stream, memory.count);
    opj_stream_set_read_function(stream, readMemory);
    opj_stream_set_write_function(stream, writeMemory);
    opj_stream_set_skip_function(stream, skipMemory);
    opj_stream_set_seek_function(stream, seekMemory);
    return stream;
}

}  // namespace cdcmtk
