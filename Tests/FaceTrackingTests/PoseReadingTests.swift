import FaceCore
import FaceTracking
import Testing

@Suite struct PoseReadingTests {
  func columns(_ q: Quaternion) -> [Float] {
    let a = q.rotate([1, 0, 0])
    let b = q.rotate([0, 1, 0])
    return [a.x, a.y, a.z, b.x, b.y, b.z]
  }

  @Test func theWindowsRollIsGivenBackToTheHead() {
    let inWindow = Quaternion(yaw: 0.4, pitch: -0.2, roll: 0.05)
    let window = FaceWindow(centre: .zero, side: 100, roll: 0.3)
    let angles = PoseReading.rotation(columns: columns(inWindow), window: window).headAngles
    let expected = (Quaternion(angle: 0.3, axis: [0, 0, 1]) * inWindow).headAngles
    #expect(abs(angles.yaw - expected.yaw) < 1e-4)
    #expect(abs(angles.pitch - expected.pitch) < 1e-4)
    #expect(abs(angles.roll - expected.roll) < 1e-4)
  }

  @Test func columnsNeedNotBeOrthonormal() {
    var wild = columns(Quaternion(yaw: 0.5, pitch: 0.1, roll: 0))
    for index in 0..<3 {
      wild[index] *= 3
      wild[index + 3] += wild[index] * 0.2
    }
    let angles = PoseReading.rotation(columns: wild, window: .init(centre: .zero, side: 1, roll: 0)).headAngles
    #expect(abs(angles.yaw - 0.5) < 1e-3)
    #expect(abs(angles.pitch - 0.1) < 1e-3)
  }

  @Test(arguments: [[Float](repeating: 0, count: 6), [Float](repeating: .nan, count: 6)])
  func degenerateColumnsStillGiveAUnitQuaternion(columns: [Float]) {
    let q = PoseReading.rotation(columns: columns, window: .init(centre: .zero, side: 1, roll: 0))
    #expect(abs(q.length - 1) < 1e-4)
  }

  @Test func aFaceInTheMiddleOfTheFrameIsStraightAhead() {
    let p = PoseReading.position(window: .init(centre: [320, 240], side: 200, roll: 0), frame: [640, 480])
    #expect(p.x == 0 && p.y == 0)
    #expect(p.z < -0.3 && p.z > -1)
  }

  @Test func theBoxHoldsEveryLandmark() {
    let window = FaceWindow(centre: [100, 100], side: 50, roll: 0.2)
    let landmarks = (0..<140).map { Float($0 % 7) / 7 - 0.5 }
    let box = PoseReading.box(landmarks: landmarks, window: window)
    for index in 0..<68 {
      let p = window.point(landmark: index, of: landmarks)
      #expect(p.x >= box.x - 1e-3 && p.x <= box.x + box.z + 1e-3)
      #expect(p.y >= box.y - 1e-3 && p.y <= box.y + box.w + 1e-3)
    }
  }
}
