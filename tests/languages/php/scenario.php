<?php

// The scenario of every language. Prints each step that holds and ends with an error at the first that does not.

use Suger\Api\EntitlementsApi;
use Suger\Api\OffersApi;
use Suger\ApiException;
use Suger\Configuration;
use Suger\Model\CommitDimension;
use Suger\Model\MetaInfo;
use Suger\Model\Offer;
use Suger\Model\OfferInfo;

require 'vendor/autoload.php';

$config = (new Configuration())
    ->setHost(getenv('SUGER_BASE_URL'))
    ->setApiKeyPrefix('Authorization', 'Key')
    ->setApiKey('Authorization', getenv('SUGER_API_KEY'));
$entitlements = new EntitlementsApi(config: $config);
$offers = new OffersApi(config: $config);
$org = getenv('SUGER_ORG_ID');

step('get an entitlement with values from the future', function () use ($entitlements, $org) {
    $entitlement = $entitlements->getEntitlement($org, 'entitlement-1');
    equal('ON_THE_MOON', $entitlement->getStatus());
    equal('Globex, Analytics Enterprise 2026', $entitlement->getName());
    equal(16777217.05, $entitlement->getInfo()->getCommitAmount());
});

step('change one property of an offer', function () use ($offers, $org) {
    $metaInfo = $offers->updateOfferMetaInfo($org, 'offer-1', (new MetaInfo())->setInternalNote('Call first.'));
    equal('Call first.', $metaInfo->getInternalNote());
});

step('draft an offer with a commit', function () use ($offers, $org) {
    $commit = (new CommitDimension())->setKey('seats')->setRate(1250.5);
    $draft = (new Offer())->setName('Draft')->setInfo((new OfferInfo())->setCommits([$commit]));
    equal('Draft', $offers->createOrUpdateDraftOffer($org, $draft)->getName());
});

step('meet a 404', function () use ($entitlements, $org) {
    try {
        $entitlements->getEntitlement($org, 'missing');
    } catch (ApiException $refusal) {
        equal(404, $refusal->getCode());
        return;
    }
    throw new Exception('want a refusal, got an answer');
});

function step(string $name, callable $run): void
{
    try {
        $run();
    } catch (Throwable $cause) {
        fwrite(STDERR, "step \"$name\" failed: $cause\n");
        exit(1);
    }
    echo "step \"$name\" holds\n";
}

function equal(mixed $want, mixed $got): void
{
    if ($want !== $got) {
        throw new Exception('want ' . var_export($want, true) . ', got ' . var_export($got, true));
    }
}
