// What DCMTK needs once per process.

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dcmtrans.h"
#include "dcmtk/oflog/appender.h"
#include "dcmtk/oflog/oflog.h"
#include "dcmtk/oflog/spi/logevent.h"

#include "Association.h"
#include "CDCMTK.h"

#include <csignal>
#include <ctime>

namespace {

/// DCMTK can say the same thing hundreds of thousands of times about one object: the first few are passed on, the rest
/// is counted.
constexpr int linesPerObject = 10;

/// What a thread said since its last object began. A thread that never tells of objects gets so many lines a second.
struct Voice {
    bool tellsObjects = false;
    time_t second = 0;
    int passed = 0;
    int64_t said = 0;
};

thread_local Voice voice;

class CallbackAppender : public dcmtk::log4cplus::Appender {
public:
    explicit CallbackAppender(CDCMTKLogFunction log) : log(log) {}
    ~CallbackAppender() override { destructorImpl(); }
    void close() override {}

protected:
    void append(const dcmtk::log4cplus::spi::InternalLoggingEvent &event) override {
        using namespace dcmtk::log4cplus;
        ++voice.said;
        const time_t now = time(nullptr);
        if (!voice.tellsObjects && now != voice.second) voice.passed = 0;
        voice.second = now;
        if (voice.passed >= linesPerObject) return;
        ++voice.passed;
        const LogLevel level = event.getLogLevel();
        const int32_t mapped = level >= ERROR_LOG_LEVEL ? 4 : level >= WARN_LOG_LEVEL ? 3 : level >= INFO_LOG_LEVEL ? 2 : 1;
        log(mapped, event.getLoggerName().c_str(), event.getMessage().c_str());
    }

private:
    const CDCMTKLogFunction log;
};

}  // namespace

extern "C" int64_t CDCMTK_log_next_object(void) {
    const int64_t said = voice.said;
    voice = Voice();
    voice.tellsObjects = true;
    return said;
}

extern "C" int32_t CDCMTK_runtime_start(CDCMTKLogFunction log) {
    try {
        // The appenders are the root logger's; configure() gives it one that prints to standard error.
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        dcmtk::log4cplus::Logger root = dcmtk::log4cplus::Logger::getRoot();
        root.removeAllAppenders();
        root.addAppender(dcmtk::log4cplus::SharedAppenderPtr(new CallbackAppender(log)));
        for (const char *name : {"dcmtk.dcmnet", "dcmtk.dcmtls"}) {
            dcmtk::log4cplus::Logger::getInstance(name).setLogLevel(dcmtk::log4cplus::WARN_LOG_LEVEL);
        }
        if (!dcmDataDict.isDictionaryLoaded()) return -1;
        CDCMTK_register_codecs();
        std::signal(SIGPIPE, SIG_IGN);

        dcmDisableGethostbyaddr.set(OFTrue);
        dcmConnectionTimeout.set(15);
        // Also the first network, which must be made while nobody else makes one.
        return cdcmtk::startAccepting().good() ? 0 : -2;
    } catch (...) {
        return -2;
    }
}
