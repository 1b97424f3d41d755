import Foundation
import TestSupport
import Testing

/// What goes wrong in a user's hands: one line that says what and where, a status other than 0, and nothing left behind.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct ErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    /// What the line has to say.
    var words: [String]
    /// Whether the argument parser adds the usage.
    var hasUsage = false
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: String, says words: String..., usage: Bool = false) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.words = words
      hasUsage = usage
    }
  }

  static func prepare(_ shop: Workshop) throws {
    try FileManager.default.createDirectory(
      at: shop.folder.appending(path: "folder"), withIntermediateDirectories: false)
    try shop.write("", "empty.mp4")
    try shop.write("This is text, not a video.\n", "text.mp4")
    try shop.writeSound("sound.wav")
    try shop.writeVideo("dot.y4m", edge: 1, frames: 5)
    try shop.writeVideo("clip.y4m", edge: 64, frames: 4)
    let session = try Data(contentsOf: Program.root.appending(path: "Sessions/demo.mp4"))
    try shop.write(session.prefix(session.count / 2), "cut.mp4")
    try shop.writeModels("damaged") { $0[3000] ^= 0xff }
    try shop.writeModels("newer") { $0[8] = 7 }
    try FileManager.default.createDirectory(at: shop.folder.appending(path: "sets"), withIntermediateDirectories: false)
    try shop.writeModels("sets/full") { _ in }
    for folder in ["labels", "sessions"] {
      try FileManager.default.createDirectory(
        at: shop.folder.appending(path: folder), withIntermediateDirectories: false)
      try shop.write("This is text, not a video.\n", folder + "/a.mp4")
    }
    try shop.write("t,present\n0,1\n", "labels/a.csv")
    try shop.write("t,present,yaw,pitch,roll\n0,1,0,0,0\n", "sessions/a.csv")
    try shop.write("source:\n  fps: [\n", "syntax.yaml")
    try shop.write("source:\n  fpss: 30\n", "key.yaml")
    try shop.write("tracking:\n  executor: gpu\n", "value.yaml")
  }

  static let clips = [
    Case("nosuch.mp4", says: "nosuch.mp4: no such file"),
    Case("folder", says: "folder: is a directory"),
    Case("empty.mp4", says: "empty.mp4: is empty"),
    Case("text.mp4", says: "text.mp4: not a video"),
    Case("sound.wav", says: "sound.wav: has no video, only sound"),
    Case("dot.y4m", says: "dot.y4m: is 1×1 pixels", "32×32"),
    Case("cut.mp4", says: "cut.mp4: ", "cut off"),
  ]

  static let others = [
    Case("track clip.y4m --csv folder", says: "folder: is a directory"),
    Case("track clip.y4m --csv nowhere/out.csv", says: "nowhere/out.csv", "there is no folder nowhere"),
    Case("track clip.y4m --csv clip.y4m", says: "clip.y4m: is the clip itself"),
    Case("track clip.y4m --csv /dev/full", says: "/dev/full: writing failed"),
    Case("track clip.y4m --csv out.csv --models nowhere", says: "window.gurn", "looked in nowhere"),
    Case("track clip.y4m --csv out.csv --models damaged", says: "damaged/eye.gurn: corrupt"),
    Case("track clip.y4m --csv out.csv --models newer", says: "newer/eye.gurn: format version 7 is newer"),
    Case("track clip.y4m --csv out.csv --models sets --networks lite", says: "networks lite", "looked in sets/lite"),
    Case("track clip.y4m --csv out.csv --networks half", says: "'half'", "'lite'", usage: true),
    Case("track clip.y4m --csv out.csv --config nosuch.yaml", says: "nosuch.yaml: there is no such file"),
    Case("track clip.y4m --csv out.csv --config syntax.yaml", says: "syntax.yaml:3:1: this is not YAML"),
    Case("track clip.y4m --csv out.csv --config key.yaml", says: "key.yaml:2:3: unknown key 'fpss'", "'fps'"),
    Case("track clip.y4m --csv out.csv --config value.yaml", says: "value.yaml:2:13: tracking.executor", "simd"),
    Case("track clip.y4m --csv out.csv --executor cuda", says: "'cuda'", "'simd'", usage: true),
    Case("track clip.y4m --csv out.csv --faces 5", says: "--faces 5: must be from 1 to 4", usage: true),
    Case("track clip.y4m --csv /dev/full --faces 2", says: "/dev/full: is a pipe or a device, which holds one face"),
    Case("track clip.y4m", says: "--csv", usage: true),
    Case("demo --seconds 0", says: "--seconds 0", usage: true),
    Case("monitor --port 0", says: "--port 0: a port is 1 to 65535", usage: true),
    Case("monitor --port 70000", says: "--port 70000: a port is 1 to 65535", usage: true),
    Case("monitor --seconds 1e300", says: "--seconds 1e+300", usage: true),
    Case("accuracy --clips none --sessions nowhere", says: "nowhere: is no folder"),
    Case("accuracy --clips none --sessions folder", says: "no clips with labels"),
    Case("accuracy --clips none --sessions sessions --only x*", says: "--only x*: no clip"),
    Case("accuracy --clips none --sessions sessions", says: "sessions/a.mp4: not a video"),
    Case("accuracy --clips none --sessions labels", says: "labels/a.csv: has no column “yaw”"),
    Case("accuracy --clips folder --sessions sessions", says: "folder", "labels"),
    Case("replay nosuch", says: "nosuch: not found"),
    Case("replay folder", says: "folder: is a folder with no video"),
    Case("replay labels/a.csv", says: "labels/a.csv:1: has no column of an ARKit blendshape"),
    Case("replay clip.y4m --seek 99", says: "clip.y4m: ends before the second 99"),
    Case("replay clip.y4m --speed 0", says: "--speed 0", usage: true),
    Case("record --source clip.y4m --out clip.y4m/take", says: "clip.y4m"),
    Case("record --source clip.y4m --outputs all", says: "“all” is none of raw, filtered, mapped", usage: true),
    Case("record --source clip.y4m --no-video --outputs none", says: "nothing is to be recorded"),
    Case("record --source text.mp4 --out take.mkv", says: "text.mp4: not a video"),
    Case("verify clip.y4m --expect nosuch.csv", says: "nosuch.csv: no such file"),
    Case("verify clip.y4m --expect text.mp4", says: "text.mp4:1: is no table of a face"),
    Case("verify labels/a.csv --expect labels/a.csv", says: "labels/a.csv: holds curves only"),
    Case("verify clip.y4m --expect a.csv --tolerance 0", says: "--tolerance 0", usage: true),
    Case("probe --models nowhere", says: "looked in nowhere"),
    Case("model info nosuch.gurn", says: "nosuch.gurn"),
    Case("model import text.mp4 -o out.gurn", says: "text.mp4: not an ONNX model"),
  ]

  @Test(arguments: clips) func aClipThatIsNoneIsRefusedByEveryProgram(_ clip: Case) async throws {
    let name = clip.arguments[0]
    try await Workshop.with { shop in
      try Self.prepare(shop)
      try Self.expect(clip, Program.gurn, ["track", name, "--csv", "out.csv", "--executor", "simd"], in: shop)
      // What was cut off may well play to where it was cut.
      guard name != "cut.mp4" else { return }
      try Self.expect(clip, Program.gurn, ["demo", "--session", name, "--seconds", "1"], in: shop)
      try Self.expect(clip, Program.gurnd, ["--source", "./" + name], in: shop)
    }
  }

  @Test(arguments: others) func aMistakeIsToldInOneLine(_ mistake: Case) async throws {
    try await Workshop.with { shop in
      try Self.prepare(shop)
      try Self.expect(mistake, Program.gurn, mistake.arguments, in: shop)
    }
  }

  private static func expect(_ mistake: Case, _ program: URL?, _ arguments: [String], in shop: Workshop) throws {
    var arguments = arguments
    if arguments[0] != "monitor", arguments[0] != "model", !arguments.contains("--models") {
      arguments += ["--models", Program.models]
    }
    let outcome = try Program.run(program, arguments, in: shop.folder)
    let told = outcome.errors.filter { $0.hasPrefix("Error: ") }
    #expect(outcome.isOrderly && outcome.status == (mistake.hasUsage ? 64 : 1), "\(outcome)")
    #expect(told.count == 1, "\(outcome.errors)")
    let besides = outcome.errors.filter { !$0.hasPrefix("Error: ") && !$0.contains("frames in") }
    if !mistake.hasUsage { #expect(besides.isEmpty) }
    for word in mistake.words { #expect(told.first?.contains(word) == true, "no “\(word)” in \(told)") }
    let left = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path).filter { $0.hasSuffix(".part") }
    #expect(left.isEmpty)
  }
}
