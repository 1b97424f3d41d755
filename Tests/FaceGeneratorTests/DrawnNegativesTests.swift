import Foundation
import Testing

@testable import FaceGenerator

struct DrawnNegativesTests {
  private let size = 288
  private var grey: [UInt8] { [UInt8](repeating: 128, count: size * size) }

  @Test func anEllipseFillsItsInsideOnly() {
    var painter = ShapePainter(plane: grey, size: size, middle: [100, 120], radius: 50, roll: 0.3, breadth: 1)
    painter.ellipse(.zero, [0.8, 0.8], value: 10)
    #expect(painter.plane[120 * size + 100] == 10)
    #expect(painter.plane[120 * size + 100 + 38] == 10)
    #expect(painter.plane[120 * size + 100 + 43] == 128)
    painter.triangle([0, -1], [1, 1], [-1, 1], value: 250)
    #expect(painter.plane[120 * size + 100] == 250)
  }

  @Test func shapesBeyondThePictureAreCutOff() {
    var painter = ShapePainter(plane: grey, size: size, middle: [-300, 900], radius: 50, roll: 0, breadth: 1)
    painter.ellipse(.zero, [1, 1], value: 0)
    #expect(painter.plane == grey)
  }

  @Test func drawnFacesDifferFromOneAnother() {
    for kind in CartoonNegatives.Kind.allCases {
      let pictures = (0..<4).map { index -> [UInt8] in
        var random = RandomSource(seed: 8, index: UInt64(index))
        var plane = grey
        CartoonNegatives.draw(kind, on: &plane, size: size, &random)
        return plane
      }
      #expect(Set(pictures).count == 4)
      // A good part of the middle is drawn over.
      for picture in pictures { #expect(picture.count { $0 != 128 } > 4000) }
    }
  }

  @Test func fabricFillsThePicture() {
    var random = RandomSource(seed: 2)
    var plane = grey
    FabricPattern.draw(on: &plane, size: size, &random)
    #expect(Set(plane).count > 10)
  }
}
