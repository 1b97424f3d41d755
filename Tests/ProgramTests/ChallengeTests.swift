import Foundation
import Testing

/// Subscribers on other hosts, each a network namespace.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct ChallengeTests {
  /// Whether this user may join two namespaces.
  private static let mayJoin = Tool("/bin/sh").map { shell -> Bool in
    let probe = Process()
    let name = "gurn-probe-\(ProcessInfo.processInfo.processIdentifier)"
    probe.executableURL = URL(filePath: shell.path)
    probe.arguments = [
      "-c",
      "PATH=$PATH:/usr/sbin:/sbin; ip netns add \(name) && ip -n \(name) link add gvp type veth; s=$?; "
        + "ip netns del \(name); exit $s",
    ]
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }

  @Test(
    .enabled(if: Tool.python != nil, "python3 is not installed"),
    .enabled(if: mayJoin == true, "this user may not make network namespaces and join them (ip netns, veth)"))
  func aSubscriberOnAnotherHostAnswersAChallengeFirst() async throws {
    try await Workshop.with { shop in
      let tool = try RunningTool(
        try #require(Tool.python),
        [
          Tool.script("challenge_session.py"), shop.folder.path, try #require(Program.gurnd).path, "--models",
          Program.models, "--source", DaemonTests.session, "--loop",
        ], in: shop)
      let end = tool.end()
      #expect(end.status == 0, "\(end.text)")
      #expect(end.text.contains("nobody else hears anything"), "\(end.text)")
    }
  }
}
