import Foundation
import Glibc
import TestSupport
import Testing

/// What a machine with Avahi's daemon sees of gurnd over mDNS.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct AnnouncementTests {
  static let missing = ["/usr/bin/unshare", "/usr/sbin/avahi-daemon", "/usr/bin/avahi-browse", "/usr/bin/dbus-daemon"]
    .filter { !FileManager.default.isExecutableFile(atPath: $0) }
  /// Whether this user may make namespaces.
  static let mayUnshare = Tool("/usr/bin/unshare").map { (tool: Tool) -> Bool in
    let probe = Process()
    probe.executableURL = URL(filePath: tool.path)
    probe.arguments = ["--net", "--mount", "mount", "-t", "tmpfs", "none", "/run"]
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }

  @Test(
    .enabled(if: missing.isEmpty, "avahi-daemon, avahi-utils or dbus is not installed: \(missing)"),
    .enabled(if: mayUnshare == true, "this user may not make namespaces"),
    .enabled(
      if: ProcessInfo.processInfo.environment["GURN_TEST_MDNS"] != nil,
      "starts D-Bus and Avahi daemons, which a busy machine is too slow for: set GURN_TEST_MDNS=1"))
  func avahiFindsTheServiceAndFindsItAgainAfterItsOwnRestart() async throws {
    try await Workshop.with { shop in
      try shop.write("oscquery: {port: 40404}\ntargets: []\n", "gurn.yaml")
      let tool = try RunningTool(
        try #require(Tool("/usr/bin/unshare")),
        ["--net", "--mount", "bash", Tool.script("mdns_session.sh"), shop.folder.path]
          + [
            try #require(Program.gurnd).path, "--config", "gurn.yaml", "--models", Program.models, "--source", "none",
          ],
        in: shop)
      let end = tool.end()
      #expect(end.status == 0, "\(end.text)")
      let halves = end.text.components(separatedBy: "restarted")
      try #require(halves.count == 2, "\(end.text)")
      for half in halves {
        let found = half.split(separator: "\n").filter { $0.hasPrefix("=;lo;IPv4;Gurn;_oscjson._tcp;local;") }
        #expect(found.count == 1 && found[0].contains(";127.0.0.1;40404;"), "\(half)")
      }
    }
  }
}
