import Provisioning

/// What the user reads of a step: the member, where it is about one, and the title.
enum StepName {
    static func forPeople(_ member: MemberName?, _ title: String) -> String {
        [member?.text, title].compactMap { $0 }.joined(separator: ": ")
    }

    static func forPeople(_ step: any Step) -> String { forPeople(step.member, step.title) }
}
