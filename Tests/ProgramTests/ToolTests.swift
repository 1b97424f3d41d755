import Broadcast
import FaceCore
import Foundation
import Glibc
import TestSupport
import Testing

/// Real tools play a shipped session from a real gurnd; what they show is held against what was sent.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct ToolTests {
  static let session = Program.root.appending(path: "Sessions/even.mp4").path
  static let shapes = Blendshape.allCases.map(\.name).joined(separator: ",")
  /// Eight seconds of the session's eleven: speech, smiles, blinks and turns.
  static let frames = 240

  /// Plays the session to a tool's port and to a listener beside it until `body` is done.
  static func play(
    _ schema: String, to port: Int, in shop: Workshop, _ body: (SentSession) throws -> Void
  ) throws -> [SentSession.Frame] {
    let beside = try SentSession()
    try shop.write(
      """
      oscquery: {enabled: false}
      tracking: {networks: lite}
      targets:
        - {port: \(port), schema: \(schema)}
        - {port: \(beside.port), schema: \(schema)}
      """, "gurn.yaml")
    let daemon = try Program(
      try #require(Program.gurnd),
      ["--config", "gurn.yaml", "--models", Program.models, "--source", session, "--loop"], in: shop.folder)
    try body(beside)
    #expect(try daemon.end(by: SIGTERM).status == 0)
    return beside.frames
  }

  /// The number after `port` in the tool's first such line.
  static func port(of tool: RunningTool) throws -> Int {
    let lines = try #require(tool.lines(until: "port "), "the tool ended: \(tool.end())")
    return try #require(lines.last?.split(separator: " ").last.flatMap { Int($0) })
  }

  @Test(
    .enabled(if: Tool.blender != nil, "blender is not installed (Debian package blender)"),
    arguments: ["native", "vmc"])
  func blenderMovesShapeKeysAndTheHeadBone(schema: String) async throws {
    try await Workshop.with { shop in
      let tool = try RunningTool(
        try #require(Tool.blender),
        ["--background", "--factory-startup", "--python-exit-code", "1", "--python", Tool.script("blender_session.py")]
          + ["--", Tool.contrib("blender/gurn_face.py"), Self.shapes, shop.path("shown"), "\(Self.frames)"], in: shop)
      let sent = try Self.play(schema, to: try Self.port(of: tool), in: shop) { _ in
        let end = tool.end()
        #expect(end.status == 0, "\(end.text)")
      }
      // Blender's front view looks along +Y, up is +Z.
      let check = SessionCheck(sent: sent, shown: try ShownFrame.read(shop.path("shown")))
      try check.verify(frames: Self.frames) { SIMD3($0.x, -$0.z, $0.y) }
      try check.verifyTruth(of: "even")
    }
  }

  @Test(
    .enabled(if: Tool.godot != nil, "godot3-server is not installed (Debian package godot3-server)"),
    arguments: ["native", "vmc"])
  func godotMovesBlendShapesAndTheHeadBone(schema: String) async throws {
    try await Workshop.with { shop in
      let port = try Self.freePort()
      let tool = try RunningTool(
        try #require(Tool.godot),
        ["--path", Tool.contrib("godot"), "--script", Tool.script("godot_session.gd"), "--gurn-names=\(Self.shapes)"]
          + ["--gurn-port=\(port)", "--gurn-output=\(shop.path("shown"))", "--gurn-frames=\(Self.frames)"], in: shop)
      _ = try #require(tool.lines(until: "listening"), "Godot ended: \(tool.end())")
      let sent = try Self.play(schema, to: port, in: shop) { _ in
        let end = tool.end()
        #expect(end.status == 0, "\(end.text)")
      }
      let check = SessionCheck(sent: sent, shown: try ShownFrame.read(shop.path("shown")))
      try check.verify(frames: Self.frames)
      try check.verifyTruth(of: "even")
    }
  }

  @Test(
    .enabled(if: Tool.pythonOSC != nil, "no python3 on the path has python-osc (PyPI)"),
    arguments: ["native", "vmc"])
  func pythonOSCHearsEveryWeight(schema: String) async throws {
    try await Workshop.with { shop in
      let tool = try RunningTool(
        try #require(Tool.pythonOSC), [Tool.script("pythonosc_session.py"), shop.path("shown"), "\(Self.frames)"],
        in: shop)
      let sent = try Self.play(schema, to: try Self.port(of: tool), in: shop) { _ in
        let end = tool.end()
        #expect(end.status == 0, "\(end.text)")
      }
      let check = SessionCheck(sent: sent, shown: try ShownFrame.read(shop.path("shown")))
      try check.verify(frames: Self.frames)
      try check.verifyTruth(of: "even")
    }
  }

  @Test(
    .enabled(
      if: Tool.chromium != nil && Tool.pythonWebSocket != nil,
      "chromium or python3-websocket is not installed (Debian packages of these names)"))
  func theBrowsersFaceFollows() async throws {
    try await Workshop.with { shop in
      let pages = try RunningTool(
        try #require(Tool.python),
        ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", Tool.contrib("web")], in: shop)
      defer { pages.stop() }
      let banner = try #require(pages.lines(until: "http://")?.last)
      let page = try #require(banner.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+\//)).output
      let beside = try SentSession()
      try shop.write(
        "oscquery: {port: 0}\ntracking: {networks: lite}\ntargets: [{port: \(beside.port), schema: native}]\n",
        "gurn.yaml")
      let daemon = try Program(
        try #require(Program.gurnd),
        ["--config", "gurn.yaml", "--models", Program.models, "--source", Self.session, "--loop"], in: shop.folder)
      let line = try #require(daemon.lines(until: "OSCQuery: http://")?.last)
      let gurnd = try #require(line.firstMatch(of: /http:\/\/(127\.0\.0\.1:\d+)\//)).output.1
      let browser = try RunningTool(
        try #require(Tool.pythonWebSocket),
        [Tool.script("browser_session.py"), try #require(Tool.chromium).path, "\(page)index.html?gurnd=\(gurnd)"]
          + [shop.path("shown"), "\(Self.frames / 8)", shop.path("face.png")], in: shop)
      let end = browser.end()
      #expect(end.status == 0, "\(end.text)")
      #expect(try daemon.end(by: SIGTERM).status == 0)
      let check = SessionCheck(sent: beside.frames, shown: try ShownFrame.read(shop.path("shown")))
      try check.verify(frames: Self.frames / 8)
      try check.verifyTruth(of: "even")
      // A picture of one colour takes a few hundred bytes.
      #expect(try Data(contentsOf: shop.folder.appending(path: "face.png")).count > 5_000)
    }
  }

  @Test(.enabled(if: Tool.pureData != nil, "pd is not installed (Debian package puredata-core)"))
  func pureDataPrintsWhatItHears() async throws {
    try await Workshop.with { shop in
      let port = try Self.freePort()
      let patch = try String(contentsOfFile: Tool.contrib("puredata/gurn.pd"), encoding: .utf8)
      try shop.write(
        patch.replacing("netreceive -u -b 9000", with: "netreceive -u -b \(port)")
          + "#X obj 700 60 loadbang;\n#X obj 700 90 print listening;\n#X connect 27 0 28 0;\n", "gurn.pd")
      let tool = try RunningTool(
        try #require(Tool.pureData), ["-nogui", "-noaudio", "-stderr", "-open", "gurn.pd"], in: shop)
      defer { tool.stop() }
      _ = try #require(tool.lines(until: "listening"))
      var heard: [String] = []
      let sent = try Self.play("native", to: port, in: shop) { _ in
        for _ in 0..<Self.frames { heard += try #require(tool.lines(until: "mouthSmileRight:")) }
      }
      #expect(!heard.contains { $0.contains("error") })
      // Pd prints six digits.
      for name in ["jawOpen", "eyeBlinkLeft", "mouthSmileLeft"] {
        let values = heard.filter { $0.hasPrefix(name + ": ") }.compactMap { Double($0.dropFirst(name.count + 2)) }
        #expect(values.count >= Self.frames - 1)
        try Self.expectRun(of: values, in: sent.map { $0.weights[name] ?? -1 }, tolerance: 1e-5)
      }
    }
  }

  @Test(
    .enabled(if: Tool.oscdump != nil, "oscdump is not installed (Debian package liblo-tools)"),
    arguments: ["native", "vmc"])
  func oscdumpHearsEveryWeight(schema: String) async throws {
    try await Workshop.with { shop in
      let port = try Self.freePort()
      let tool = try RunningTool(try #require(Tool.oscdump), ["-L", "\(port)"], in: shop)
      defer { tool.stop() }
      let last = schema == "native" ? "/blend/tongueOut" : "\"TongueOut\""
      var heard: [String] = []
      let sent = try Self.play(schema, to: port, in: shop) { _ in
        for _ in 0..<Self.frames { heard += try #require(tool.lines(until: last)) }
      }
      for shape in Blendshape.allCases {
        let wanted = shape.name.prefix(1).uppercased() + shape.name.dropFirst()
        let mark = schema == "native" ? "/gurn/face/0/blend/\(shape.name) f " : "/VMC/Ext/Blend/Val sf \"\(wanted)\" "
        let values = heard.compactMap { line in line.range(of: mark).flatMap { Double(line[$0.upperBound...]) } }
        try Self.expectRun(of: values, in: sent.map { $0.weights[shape.name] ?? -1 }, tolerance: 1e-5)
      }
    }
  }

  /// Every value stands among those sent, in their order.
  static func expectRun(of values: [Double], in sent: [Double], tolerance: Double) throws {
    #expect(values.count >= frames - 1)
    var rest = sent[...]
    for value in values {
      let index = try #require(
        rest.firstIndex { abs($0 - value) <= tolerance }, "\(value) was not sent, or not in order")
      rest = rest[index...].dropFirst()
    }
  }

  /// A UDP port that nobody uses now.
  static func freePort() throws -> Int { try OSCReceiver(port: 0) { _, _ in }.port }
}
