import Foundation
import Glibc
import TestSupport
import Testing

/// What calibration and filters make of faces, by `contrib/personal/check.py` as users run it.
@Suite(.enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct PersonalTests {
  private static let shared = Program.root.deletingLastPathComponent().appending(path: "shared")
  private static let assets = ProcessInfo.processInfo.environment["GURN_ASSETS"] ?? shared.path + "/assets"
  private static let photos = ["001", "017", "032"].map { assets + "/london_faces_ccby/photos256/\($0)_neutral.jpg" }
    .filter { FileManager.default.fileExists(atPath: $0) }
  private static let clip = shared.path + "/clips/c14_blink_wink_woman.mp4"
  private static let labels = shared.path + "/clips/labels/c14_blink_wink_woman.csv"
  private static let ffmpeg = Tool("/usr/bin/ffmpeg")

  private func check(_ words: [String]) async throws {
    try await Workshop.with { shop in
      let tool = try RunningTool(
        try #require(Tool.python),
        [Tool.contrib("personal/check.py")] + words + ["--gurn", try #require(Program.gurn).path], in: shop)
      let end = tool.end()
      #expect(end.status == 0, "\(end.text)")
    }
  }

  @Test(.enabled(if: Tool.python != nil, "python3 is not installed"))
  func aWinkOfTheShippedSessionKeepsTheOtherEyeOpen() async throws {
    let session = Program.root.appending(path: "Sessions/demo").path
    try await check(["winks", session + ".mp4", session + ".csv"])
  }

  @Test(
    .enabled(if: Tool.python != nil, "python3 is not installed"),
    .enabled(if: FileManager.default.fileExists(atPath: clip), "\(clip) is not there"))
  func aWinkOfARealFaceKeepsTheOtherEyeOpen() async throws { try await check(["winks", Self.clip, Self.labels]) }

  @Test(
    .enabled(if: Tool.python != nil && ffmpeg != nil, "python3 or ffmpeg is not installed"),
    .enabled(if: !photos.isEmpty, "there are no photographs of neutral faces below \(assets)"))
  func neutralPhotographsRest() async throws { try await check(["still"] + Self.photos) }

  @Test(.enabled(if: Tool.python != nil && ffmpeg != nil, "python3 or ffmpeg is not installed"))
  func weightsDoNotDependOnTheFrameRate() async throws {
    try await check(["rates", Program.root.appending(path: "Sessions/even.mp4").path])
  }
}

/// A hundred edits of the configuration in ten seconds of a session, half of them broken.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct ReloadStormTests {
  /// Each edit changes filters, calibration and rig; every second one can't be used.
  private static func configuration(_ edit: Int, port: Int, control: Int) -> String {
    let wrong = [
      "filters: {lids: {beta: fast}}", "filtres: {}", "filters: {lids: {beta: -1}}", "rig: {profile: nobody}",
      "calibration: {fade_seconds: .nan}", "filters: [", "targets: 5", "filters: {head: {deadband: 0}}",
    ]
    let right = [
      "filters: {lids: {beta: 9}, head: {filter: one_euro}}", "rig: {mirror: true, profile: vrm}",
      "filters: {output_hz: 60, latency_seconds: 0.2}", "rig: {profile: weboji}", "gaze: {max_vergence: 3}",
      "filters: {fade_seconds: 0, mouth: {min_cutoff_hz: 0.1, beta: 0}}", "calibration: {auto_range: true}",
    ]
    let base = "control: {port: \(control)}\nlog: {level: info}\n"
    let targets = "targets: [{port: \(port), schema: native}]\n"
    guard edit % 2 == 0 else { return base + wrong[edit / 2 % wrong.count] + "\n" }
    return base + targets + right[edit / 2 % right.count] + "\n"
  }

  @Test func everyFrameOnTheWireIsAFace() async throws {
    try await Workshop.with { shop in
      let (peer, control) = (try #require(LoopbackPeer()), try #require(LoopbackPeer()).port)
      try shop.write(Self.configuration(0, port: peer.port, control: control), "gurn.yaml")
      let arguments = ["--config", "gurn.yaml", "--models", Program.models, "--source", DaemonTests.session, "--loop"]
      let daemon = try Program(try #require(Program.gurnd), arguments, in: shop.folder)
      _ = try #require(daemon.lines(until: "control port"))
      var (edits, frames, faces) = (0, 0, 0)
      while edits < 100 {
        let packet = try #require(peer.receive(milliseconds: 20_000), "silence after \(edits) edits")
        for message in try PlainOSC.read(packet).messages {
          let numbers = message.numbers
          #expect(numbers.allSatisfy { $0.isFinite }, "\(message)")
          let isWeight = message.address.contains("/blend/") || message.address.hasSuffix("/weights")
          if isWeight { #expect(numbers.allSatisfy { (0...1).contains($0) }, "\(message)") }
          guard message.address == "/gurn/face/0/present" else { continue }
          (frames, faces) = (frames + 1, faces + (numbers == [1] ? 1 : 0))
          // An edit with every third frame of thirty a second: ten in a second.
          guard frames % 3 == 0 else { continue }
          edits += 1
          try shop.write(Self.configuration(edits, port: peer.port, control: control), "gurn.yaml")
          kill(daemon.process.processIdentifier, SIGHUP)
        }
      }
      #expect(faces > frames / 2, "\(faces) of \(frames) frames with a face")
      let end = try daemon.end(by: SIGTERM)
      #expect(end.status == 0 && end.isOrderly, "\(end.errors.suffix(5))")
    }
  }
}
