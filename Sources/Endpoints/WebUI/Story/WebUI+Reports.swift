// Looking reports up for pages and programs.

import Foundation
import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

/// One release of a report, with what is to be thought of its signature.
struct EditionStory: Sendable {
    enum Standing: String, Sendable {
        case current
        /// A later release repeats it and adds to it.
        case amended
        /// A later release corrects it.
        case superseded
    }

    var report: HomecomingReport
    var standing: Standing
    var seal: SealVerdict

    var released: ReleasedReport { report.announcement.report }

    func pdfURL(isLatest: Bool) -> String? {
        guard report.arrivedAt != nil else { return nil }
        let base = "/api/v1/studies/\(report.announcement.study)/report"
        return isLatest ? "\(base)/pdf" : "\(base)/versions/\(released.version)/pdf"
    }
}

extension WebUI {
    /// - Throws: 404 when this node has no such task.
    func life(of id: TaskID) async throws -> ReportLife {
        guard let life = try await views.life(of: id) else {
            throw HTTPProblem.notFound(Sentence("本节点没有这个阅片任务", "there is no such reading task at this node"))
        }
        return life
    }

    /// Every release of the task's report, newest first.
    func editions(of task: TaskID) async throws -> [EditionStory] {
        let all = try await flow.database.read { [flow] in try ReportEditions(flow).all(of: task, in: $0) }
        var stories: [EditionStory] = []
        var standing = EditionStory.Standing.current
        for report in all.reversed() {
            let released = report.announcement.report
            let seal =
                report.arrivedAt == nil
                ? .unknown
                : try await SealCheck(flow).verdict(on: released.srInstance, madeAt: report.announcement.readAt)
            stories.append(EditionStory(report: report, standing: standing, seal: seal))
            // What stands below a correction is superseded, whatever was added to it.
            if standing != .superseded { standing = released.isAddendum ? .amended : .superseded }
        }
        return stories
    }

    /// Asks for the password again where this node wants that of a signature.
    func checkSigner(_ password: String?, _ context: JieliRequestContext) async throws {
        guard let confirmSigner else { return }
        let user = try context.requireUser()
        guard let password, !password.isEmpty else {
            throw HTTPProblem(
                .forbidden, code: "password_required",
                Sentence("本节点要求签名时再次输入密码", "this node asks for your password with each signature"))
        }
        guard try await confirmSigner(user.name, password) else {
            throw HTTPProblem(
                .forbidden, code: "wrong_password", Sentence("密码不正确，没有签名", "the password is wrong; nothing was signed"))
        }
    }
}
