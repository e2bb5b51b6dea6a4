//! Signs: what the reporter saw. A closed list; policy makes the priority from it.

use crate::closed_list::closed_list;

closed_list! {
    /// One thing that was seen.
    Sign {
        /// Does not wake.
        Unconscious = "unconscious",
        /// Trouble breathing.
        BreathingTrouble = "breathing_trouble",
        /// Severe bleeding.
        SevereBleeding = "severe_bleeding",
        /// Looks chilled through.
        SuspectedHypothermia = "suspected_hypothermia",
        /// Looks like heat stroke.
        SuspectedHeatStroke = "suspected_heat_stroke",
        /// Violence.
        Violence = "violence",
        /// Self-harm.
        SelfHarm = "self_harm",
        /// In danger of drowning.
        DrowningDanger = "drowning_danger",
        /// Under 18.
        Minor = "minor",
        /// An adult with an infant.
        InfantWithAdult = "infant_with_adult",
        /// Looks like dementia.
        SuspectedDementia = "suspected_dementia",
        /// Looks like a mental disorder.
        SuspectedMentalDisorder = "suspected_mental_disorder",
        /// Disabled.
        Disabled = "disabled",
        /// Cannot move well.
        Immobile = "immobile",
        /// Sixty or older.
        Aged60OrOlder = "aged_60_or_older",
        /// Pregnant.
        Pregnant = "pregnant",
        /// Perhaps lost.
        SuspectedLost = "suspected_lost",
        /// Perhaps trafficked.
        SuspectedTrafficked = "suspected_trafficked",
        /// Perhaps abused.
        SuspectedAbused = "suspected_abused",
        /// Bedded down.
        BeddedDown = "bedded_down",
        /// About to bed down.
        AboutToBedDown = "about_to_bed_down",
        /// Bedding, nobody there.
        BeddingOnly = "bedding_only",
        /// Seen by day.
        Daytime = "daytime",
        /// Heard from somebody else.
        SecondHand = "second_hand",
        /// Vague.
        Vague = "vague",
        /// A look whether somebody is well.
        WelfareRecheck = "welfare_recheck",
        /// Wet clothes.
        WetClothing = "wet_clothing",
        /// No bedding.
        NoBedding = "no_bedding",
        /// Drunk.
        Intoxicated = "intoxicated",
    }
}

closed_list! {
    /// What the reporter took the sex to be.
    Sex { /// Female.
        Female = "female", /// Male.
        Male = "male", /// Not known.
        Unknown = "unknown" }
}

closed_list! {
    /// Age as a band of years.
    AgeBand {
        /// 0 to 13.
        From0To13 = "0_13",
        /// 14 to 17.
        From14To17 = "14_17",
        /// 18 to 59.
        From18To59 = "18_59",
        /// 60 to 79.
        From60To79 = "60_79",
        /// 80 or older.
        From80 = "80_plus",
        /// Not known.
        Unknown = "unknown",
    }
}

closed_list! {
    /// How high or low at a place.
    PlaceLevel {
        /// On the bridge.
        Deck = "deck",
        /// Under the bridge.
        Underside = "underside",
        /// On the walk beside the water.
        Promenade = "promenade",
        /// On the ground.
        Ground = "ground",
        /// Inside.
        Indoor = "indoor",
        /// Below the ground.
        Basement = "basement",
        /// Not known.
        Unknown = "unknown",
    }
}

closed_list! {
    /// Where a report came from.
    Source {
        /// Patrol staff.
        Patrol = "patrol",
        /// The person themself.
        SelfReport = "self",
        /// A hotline: 12345, 110, 962200.
        Hotline = "hotline",
        /// A member of the public.
        Public = "public",
        /// A department.
        Department = "department",
        /// A camera that a human watched.
        Camera = "camera",
    }
}

closed_list! {
    /// What about a report is doubted, though it is accepted.
    Doubt {
        /// Its time.
        Time = "time",
        /// Its position.
        Position = "position",
        /// Its place in words.
        Place = "place",
    }
}
