//! The one look over the text: nominates what may need work and lets everything else through.
