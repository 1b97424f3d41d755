import FaceCore
import FaceTracking
import Testing

@Suite struct DetectionMapTests {
  let map = DetectionMap(inputWidth: 128, inputHeight: 96, stride: 8)

  @Test func aScoreInACellBecomesAWindowInFramePixels() throws {
    var values = [Float](repeating: 0, count: 5 * 192)
    for cell in 0..<192 { values[cell] = -8 }
    let cell = 6 * 16 + 8
    values[cell] = 4
    values[192 + cell] = -0.5
    values[2 * 192 + cell] = 0.25
    values[4 * 192 + cell] = 0.2
    let crop = map.frameCrop(width: 640, height: 480)
    let found = try #require(map.best(in: values, crop: crop, threshold: 0.5))
    // Cell (8, 6), half a cell to the left of its middle: 64 of 128 pixels, the middle of the frame.
    #expect(abs(found.window.centre.x - 320) < 0.01)
    #expect(abs(found.window.centre.y - (6.75 * 8) * 5) < 0.01)
    #expect(abs(found.window.side - 32 * 5) < 0.01)
    #expect(found.window.roll == 0.2)
  }

  @Test func nothingAboveTheThresholdIsNoDetection() {
    let crop = map.frameCrop(width: 640, height: 480)
    #expect(map.best(in: .init(repeating: -1, count: 5 * 192), crop: crop, threshold: 0.5) == nil)
  }

  @Test func wideFramesAreLaidInWhole() {
    let crop = map.frameCrop(width: 1280, height: 720)
    #expect(crop.side == 1280)
    #expect(map.frameCrop(width: 480, height: 640).side > 640)
  }

  @Test func theScoreNearAWindowIsThatOfTheCellsInIt() {
    var values = [Float](repeating: -8, count: 5 * 192)
    values[6 * 16 + 8] = 4
    let crop = map.frameCrop(width: 640, height: 480)
    // Cell (8, 6) covers frame pixels 320…360 × 240…280.
    let here = FaceWindow(centre: [340, 260], side: 100, roll: 0)
    let elsewhere = FaceWindow(centre: [100, 100], side: 100, roll: 0)
    #expect(map.score(near: here, in: values, crop: crop) > 0.95)
    #expect(map.score(near: elsewhere, in: values, crop: crop) < 0.05)
  }
}
