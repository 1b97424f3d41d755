import FaceCore
import FaceGenerator
import Foundation
import Testing

@Suite struct SessionTests {
  private let moments = (0..<720).map { SessionScript(leaves: false).moment(Double($0) / 30) }

  @Test func theScriptShowsWhatADemoNeeds() {
    let wanted: [Blendshape] = [
      .eyeBlinkLeft, .eyeBlinkRight, .mouthSmileLeft, .mouthSmileRight, .browInnerUp, .browDownLeft, .jawOpen,
      .mouthPucker, .cheekPuff, .tongueOut, .eyeWideLeft,
    ]
    for channel in wanted {
      let highest = moments.map { $0.weights[channel] }.max() ?? 0
      #expect(highest > 0.55, "\(channel.name) reaches \(highest)")
    }
    #expect(moments.contains { $0.weights[.eyeBlinkLeft] > 0.9 && $0.weights[.eyeBlinkRight] < 0.1 }, "a left wink")
    #expect(moments.contains { $0.weights[.eyeBlinkRight] > 0.9 && $0.weights[.eyeBlinkLeft] < 0.1 }, "a right wink")
    #expect(moments.contains { $0.yaw > 0.55 } && moments.contains { $0.yaw < -0.55 }, "turns to both sides")
    #expect(moments.contains { $0.roll > 0.17 } && moments.contains { $0.roll < -0.17 }, "tilts to both sides")
  }

  @Test func nothingJumps() {
    for (a, b) in zip(moments, moments.dropFirst()) {
      #expect(abs(a.yaw - b.yaw) < 0.06 && abs(a.pitch - b.pitch) < 0.06 && abs(a.roll - b.roll) < 0.06)
      for index in 0..<52 { #expect(abs(a.weights[index] - b.weights[index]) < 0.75) }
    }
  }

  @Test func thePersonLeavesOnlyWhenAsked() {
    #expect(moments.allSatisfy { $0.shift == 0 })
    #expect(SessionScript(leaves: true).moment(21.8).shift > 60)
  }

  @Test func aFrameWithoutAFaceLeavesItsFieldsEmpty() {
    var table = TruthTable()
    table.append(SessionTruth(seconds: 0, weights: .neutral, rotation: .identity, window: nil))
    table.append(
      SessionTruth(
        seconds: 0.0333, weights: .neutral, rotation: Quaternion(yaw: 0.5, pitch: 0, roll: 0),
        window: FaceWindow(centre: [100, 80], side: 60, roll: 0)))
    let lines = table.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 63 })
    #expect(lines[1] == "0.0000,0" + String(repeating: ",", count: 61))
    #expect(lines[2].hasPrefix("0.0333,1,1,28.648,0.000,0.000,70.00,50.00,60.00,60.00,0,0.0000,"))
  }

  @Test func clipsAreWrittenAndOddSizesRefused() throws {
    let path = NSTemporaryDirectory() + "clip-\(UUID().uuidString).mp4"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let video = try VideoWriter(path: path, width: 64, height: 48, framesPerSecond: 30, quality: 30)
    for shade in 0..<6 {
      let bytes = (0..<64 * 48 * 4).map { UInt8(truncatingIfNeeded: $0 / 4 + shade * 9) }
      try video.append(Picture(width: 64, height: 48, bytes: bytes))
    }
    #expect(throws: GeneratorError.self) {
      try video.append(Picture(width: 2, height: 2, bytes: [UInt8](repeating: 0, count: 16)))
    }
    try video.finish()
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(data[4..<8] == Data("ftyp".utf8))
    #expect(data.range(of: Data("moov".utf8)) != nil, "the index is written")
    #expect(throws: GeneratorError.self) {
      try VideoWriter(path: path, width: 63, height: 48, framesPerSecond: 30, quality: 30)
    }
  }
}
