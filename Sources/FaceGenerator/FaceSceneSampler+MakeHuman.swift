import Foundation

extension FaceSceneSampler {
  /// Chooses the person's head model and meshed hair; `random` is the scene's own source, which stays where it is.
  ///
  /// A person on ICT stays the one that was drawn, hair apart: adding a rig changes none of its faces.
  func cast(_ person: inout FaceScene.Person, _ random: RandomSource) {
    guard let stock = stock.makeHuman else { return }
    var fork = random
    let isMakeHuman = fork.chance(self.stock.makeHumanShare)
    if isMakeHuman { makeHuman(&person, stock, &fork) }
    let isMeshed = fork.chance(isMakeHuman ? 0.8 : 0.35)
    var place = fork.uniform(0, self.stock.hairStyles.reduce(0, +))
    let style = self.stock.hairStyles.firstIndex {
      place -= $0
      return place < 0
    }
    if isMeshed, let style, !person.isBald, person.coverLine.w == 0 {
      person.hairStyle = style
      person.longHair = 0
      // What shows between the strands is the scalp in the hair's colour.
      person.hairLine.x = max(person.hairLine.x, 10)
      person.hairLine.w = 0.05
    }
  }

  private func makeHuman(_ person: inout FaceScene.Person, _ stock: MakeHumanStock, _ random: inout RandomSource) {
    let identity = MakeHumanIdentity(stock, &random)
    person.identity = .makeHuman(identity.weights)
    let (first, second) = (skin(identity, stock, &random), skin(identity, stock, &random))
    let share = random.chance(0.5) ? random.uniform(0.15, 0.6) : 0
    person.skinLayers = (first, second, share)
    person.skinColour = stock.skins[first].colour * (1 - share) + stock.skins[second].colour * share
    let childShare = identity.ages["child", default: 0]
    let oldShare = identity.ages["old", default: 0]
    let light = person.skinColour.sum() / 3
    person.hairColour = hairColour(onSkin: light, &random)
    if oldShare > 0.5, random.chance(0.6) { person.hairColour = SIMD3(0.42, 0.41, 0.39) * random.uniform(0.5, 1.3) }
    person.browColour = person.hairColour * random.uniform(0.4, 0.9) + 0.003
    // The pictures have no brows: cards, or drawn ones, or both.
    let hasCards = self.stock.browStyles > 0 && random.chance(0.75)
    person.browStyle = hasCards ? random.below(self.stock.browStyles) : nil
    person.brow.x = 0
    person.brow.y = hasCards ? random.chance(0.3) ? random.uniform(0.1, 0.5) : 0 : random.uniform(0.5, 0.95)
    if identity.femaleShare > 0.5 || childShare > 0.4 { person.beard.x = 0 }
    if identity.femaleShare > 0.5 || childShare > 0.4 { person.beard.z = 0 }
    if childShare > 0.4 || identity.femaleShare > 0.5 && random.chance(0.9) { person.isBald = false }
  }

  /// A picture of the identity's race, and of its sex and age where there is one.
  private func skin(
    _ identity: MakeHumanIdentity, _ stock: MakeHumanStock, _ random: inout RandomSource
  ) -> Int {
    let sex = random.unit() < identity.femaleShare ? "female" : "male"
    let isOld = random.unit() < identity.ages["old", default: 0]
    let ages = isOld ? ["old", "middleage"] : ["young", "middleage"]
    let race = random.chance(0.85) ? identity.race : random.pick(MakeHumanIdentity.races)
    let age = random.chance(0.8) ? ages[0] : ages[1]
    let all = Array(stock.skins.indices)
    let sameRace = all.filter { stock.skins[$0].group == race }
    let same = sameRace.filter { stock.skins[$0].name == "\(age)_\(race)_\(sex)" }
    return random.pick(same.isEmpty ? sameRace.isEmpty ? all : sameRace : same)
  }
}
